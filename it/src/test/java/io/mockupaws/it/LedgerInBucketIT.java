package io.mockupaws.it;

import io.mockupaws.it.support.Vault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The repository lies in a bucket. */
class LedgerInBucketIT extends LostServer {
  @ParameterizedTest
  @CsvSource({"18, 64, 20", "17, 1, 6"})
  void everyMomentComesBack(int major, int segmentMegabytes, int targets) {
    everyMomentComesBackExactly(major, Vault.bucket(), segmentMegabytes, targets);
  }
}
