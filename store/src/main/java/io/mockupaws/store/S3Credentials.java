package io.mockupaws.store;

import java.util.Optional;

/** A key pair given by the caller instead of the AWS SDK's default chain. Never printed. */
public record S3Credentials(
    String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {

  @Override
  public String toString() {
    return "S3Credentials[…]";
  }
}
