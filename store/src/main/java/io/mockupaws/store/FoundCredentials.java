package io.mockupaws.store;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * The SDK's chain of places where credentials are looked for. It is built at its first use, and
 * finding none is told apart from every other fault of the client.
 */
public final class FoundCredentials implements AwsCredentialsProvider {
  private final Supplier<? extends AwsCredentialsProvider> chain;
  private @Nullable AwsCredentialsProvider built;

  /** None found, or the place that should have given them failed. */
  public static final class NotFound extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFound(RuntimeException cause) {
      super(cause.getMessage(), cause);
    }
  }

  public FoundCredentials(Supplier<? extends AwsCredentialsProvider> chain) {
    this.chain = chain;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return chain().resolveCredentials();
    } catch (SdkClientException | IllegalStateException e) {
      throw new NotFound(e);
    }
  }

  private synchronized AwsCredentialsProvider chain() {
    if (built == null) {
      built = chain.get();
    }
    return built;
  }
}
