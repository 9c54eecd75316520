package io.mockupaws.store.kms;

import io.mockupaws.core.crypto.Kms;
import io.mockupaws.store.FoundCredentials;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/**
 * AWS KMS. Needs {@code kms:DescribeKey}, {@code kms:GenerateDataKey} and {@code kms:Decrypt} on
 * the key. A replica of a multi-region key opens what another replica sealed.
 */
public final class AwsKms implements Kms {
  private static final Duration ONE_TRY = Duration.ofSeconds(10);
  private static final Duration ALL_TRIES = Duration.ofSeconds(30);

  private final KmsFaults faults;
  private final SdkHttpClient http;
  private final KmsClient client;

  private AwsKms(KmsAddress address, Duration oneTry, Duration allTries) {
    this.faults = new KmsFaults(address.server());
    this.http =
        Apache5HttpClient.builder()
            .connectionTimeout(
                Duration.ofSeconds(5).compareTo(oneTry) < 0 ? Duration.ofSeconds(5) : oneTry)
            .socketTimeout(oneTry)
            .build();
    KmsClientBuilder builder =
        KmsClient.builder()
            .httpClient(http)
            .region(Region.of(address.region()))
            .credentialsProvider(new FoundCredentials(DefaultCredentialsProvider.builder()::build))
            .overrideConfiguration(
                settings -> settings.apiCallAttemptTimeout(oneTry).apiCallTimeout(allTries));
    address.endpoint().ifPresent(builder::endpointOverride);
    this.client = builder.build();
  }

  /** Connects at the first call. */
  public static AwsKms open(KmsAddress address) {
    return new AwsKms(address, ONE_TRY, ALL_TRIES);
  }

  /**
   * As above.
   *
   * @param oneTry how long one request may take
   * @param allTries how long it may take with its repetitions
   */
  public static AwsKms open(KmsAddress address, Duration oneTry, Duration allTries) {
    return new AwsKms(address, oneTry, allTries);
  }

  @Override
  public String nameOf(String key) {
    KeyMetadata found =
        ask(key, "kms:DescribeKey", () -> client.describeKey(r -> r.keyId(key)).keyMetadata());
    if (found.keyState() != KeyState.ENABLED) {
      throw faults.unusable(key, "its state is " + found.keyStateAsString());
    }
    if (found.keyUsage() != KeyUsageType.ENCRYPT_DECRYPT) {
      throw faults.unusable(key, "it is for " + found.keyUsageAsString());
    }
    return found.arn();
  }

  @Override
  public DataKey generate(String key, Map<String, String> context) {
    GenerateDataKeyResponse made =
        ask(
            key,
            "kms:GenerateDataKey",
            () ->
                client.generateDataKey(
                    r -> r.keyId(key).keySpec(DataKeySpec.AES_256).encryptionContext(context)));
    return new DataKey(
        made.plaintext().asByteArray(), made.ciphertextBlob().asByteArray(), made.keyId());
  }

  @Override
  public Opening open(String key, byte[] sealed, Map<String, String> context) {
    return ask(
        key,
        "kms:Decrypt",
        () -> {
          try {
            DecryptResponse opened =
                client.decrypt(
                    r ->
                        r.keyId(key)
                            .ciphertextBlob(SdkBytes.fromByteArray(sealed))
                            .encryptionContext(context));
            return new Opening.Opened(opened.plaintext().asByteArray());
          } catch (IncorrectKeyException e) {
            return new Opening.OtherKey();
          } catch (InvalidCiphertextException e) {
            return new Opening.NotGenuine();
          }
        });
  }

  private <T> T ask(String key, String permission, Supplier<T> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      throw faults.of(key, permission, e);
    }
  }

  @Override
  public void close() {
    client.close();
    http.close();
  }
}
