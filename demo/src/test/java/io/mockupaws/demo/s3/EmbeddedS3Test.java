package io.mockupaws.demo.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class EmbeddedS3Test {

  @TempDir Path folder;

  @Test
  void keepsObjectsAndChecksSignatures() {
    try (EmbeddedS3 server = EmbeddedS3.start(folder)) {
      server.createBucket("bucket");
      server.createBucket("bucket");
      try (S3Client client = client(server, server.secretKey())) {
        put(client, "a/b");
        assertThat(client.getObjectAsBytes(r -> r.bucket("bucket").key("a/b")).asUtf8String())
            .isEqualTo("text");
        assertThatThrownBy(() -> put(client, "a/b"))
            .isInstanceOfSatisfying(
                S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
      }
      try (S3Client client = client(server, "another-secret-key")) {
        assertThatThrownBy(() -> put(client, "a/c"))
            .isInstanceOfSatisfying(
                S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
      }
    }
  }

  private static void put(S3Client client, String key) {
    client.putObject(
        r -> r.bucket("bucket").key(key).ifNoneMatch("*"), RequestBody.fromString("text"));
  }

  private static S3Client client(EmbeddedS3 server, String secretKey) {
    return S3Client.builder()
        .endpointOverride(server.endpoint())
        .region(Region.of(EmbeddedS3.REGION))
        .forcePathStyle(true)
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(server.accessKey(), secretKey)))
        .build();
  }
}
