package io.mockupaws.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

/** Read token by token a line says what it says as a tree. */
class FileLineTest {
  private static final FileEntry FILE =
      new FileEntry(
          "base/5/\"ä\\",
          FileEntry.Origin.EXTERNAL,
          3L << 30,
          0600,
          Instant.parse("2026-04-07T11:59:58.500Z"),
          0xDEADBEEF,
          List.of(new Run(0, 1L << 31, 7, 1, 2), new Run(1L << 31, 1L << 30, 8, 0, 0)));

  @Test
  void whatOurWriterWrites() {
    String line = ManifestLines.text(ManifestLines.file(FILE));
    assertThat(FileLine.isOne(line)).isTrue();
    assertThat(FileLine.read(line)).isEqualTo(FILE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'t':'file','p':'f','s':5,'m':384,'u':1,'c':'00000001','r':[[0,5,0,0,0]],'later':{'p':[1]}}",
        "{'t':'file','r':[[0,5,0,0,0,[9]]],'c':'00000001','u':1,'m':384,'s':5,'p':'f'}",
        "{'t':'file','external':true,'p':'f','s':0,'m':384,'u':-1,'c':'ffffffff','r':[]} "
      })
  void whatALaterReleaseMayAdd(String text) {
    String line = text.replace('\'', '"');
    assertThat(FileLine.read(line)).isEqualTo(ManifestLines.file(ManifestLines.parse(line)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'t':'file','s':5,'m':384,'u':1,'c':'00000001','r':[[0,5,0,0,0]]}",
        "{'t':'file','p':'f','s':'5','m':384,'u':1,'c':'00000001','r':[[0,5,0,0,0]]}",
        "{'t':'file','p':'f','s':5,'m':384,'u':1,'c':'00000001','r':[[0,5,0,0]]}",
        "{'t':'file','p':'f','s':5,'m':384,'u':1,'c':'00000001','r':[[0,4,0,0,0]]}",
        "{'t':'file','p':'f','s':5,'m':5000000000,'u':1,'c':'00000001','r':[[0,5,0,0,0]]}",
        "{'t':'file','p':'f','s':5,'m':384,'u':1,'c':'00000001','r':[[0,5,0,0,0]]",
        "{'t':'file','p':'f','s':5,'m':384,'u':1,'c':'00000001','r':[[0,5,0,0,0]]}{}"
      })
  void whatIsNoFileIsRefused(String text) {
    assertThatThrownBy(() -> FileLine.read(text.replace('\'', '"')))
        .isInstanceOfAny(JacksonException.class, IllegalArgumentException.class);
  }
}
