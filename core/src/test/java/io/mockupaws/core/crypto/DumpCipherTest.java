package io.mockupaws.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenSSL is the judge of its own format, in both directions. */
class DumpCipherTest {
  private static final String PASSWORD = "pässphrase with $pecials' \"and\" blanks";
  private static final Secret SECRET = Secret.of(PASSWORD);

  private static byte[] openssl(byte[] input, String... more) throws Exception {
    java.util.List<String> command =
        new java.util.ArrayList<>(
            java.util.List.of("openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-pass", "env:PASS"));
    command.addAll(java.util.List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("PASS", PASSWORD);
    Process process = builder.start();
    Thread feeder =
        Thread.startVirtualThread(
            () -> {
              try (OutputStream to = process.getOutputStream()) {
                to.write(input);
              } catch (java.io.IOException e) {
                // it has ended
              }
            });
    byte[] output = process.getInputStream().readAllBytes();
    feeder.join();
    assertThat(process.waitFor()).isZero();
    return output;
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private static byte[] through(DumpCipher cipher, byte[] bytes, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = from; at < bytes.length; at += 70_001) {
      out.writeBytes(cipher.update(bytes, at, Math.min(70_001, bytes.length - at)));
    }
    out.writeBytes(cipher.finish().orElseThrow());
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 65_536, 1_000_000})
  void opensslReadsItAndItReadsOpenssl(int length) throws Exception {
    byte[] content = content(length);
    DumpCipher cipher = DumpCipher.encrypting(SECRET, new Random(7));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(cipher.header());
    file.writeBytes(through(cipher, content, 0));
    assertThat(openssl(file.toByteArray(), "-d")).isEqualTo(content);
    byte[] theirs = openssl(content);
    DumpCipher reading =
        DumpCipher.decrypting(SECRET, java.util.Arrays.copyOf(theirs, DumpCipher.HEADER_BYTES))
            .orElseThrow();
    assertThat(through(reading, theirs, DumpCipher.HEADER_BYTES)).isEqualTo(content);
  }
}
