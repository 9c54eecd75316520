package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.failure.ErrorCode;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RestoreChecksTest {
  @Test
  void clientProgramsThatAreLackingAreToldBeforeADumpNeedsThem() {
    assertThat(clients(OptionalInt.of(15)).state()).isEqualTo(Check.State.OK);
    Check none = clients(OptionalInt.of(99));
    assertThat(none.state()).isEqualTo(Check.State.WARNING);
    assertThat(none.code()).contains(ErrorCode.NO_CLIENT_TOOLS);
    assertThat(none.next()).contains("postgresql-client-99");
    assertThat(clients(OptionalInt.empty()).state()).isEqualTo(Check.State.UNKNOWN);
  }

  private static Check clients(OptionalInt major) {
    return RestoreChecks.clientPrograms(Optional.empty(), major);
  }
}
