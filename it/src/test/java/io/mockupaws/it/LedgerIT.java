package io.mockupaws.it;

import io.mockupaws.it.support.Vault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The repository lies in a directory. */
class LedgerIT extends LostServer {
  @ParameterizedTest
  @CsvSource({"15, 64, 20", "16, 1, 6"})
  void everyMomentComesBack(int major, int segmentMegabytes, int targets) {
    everyMomentComesBackExactly(major, Vault.directory(OPERATOR), segmentMegabytes, targets);
  }
}
