package io.mockupaws.engine.restore;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an operator can do about the words with which a server dies. */
final class RecoveryAdvice {
  private static final Map<String, String> ADVICE = advice();

  private RecoveryAdvice() {}

  private static Map<String, String> advice() {
    Map<String, String> advice = new LinkedHashMap<>();
    advice.put(
        "resource manager with ID",
        "the data needs an extension's library to be replayed: install it and name it in"
            + " shared_preload_libraries, with --keep-settings");
    advice.put(
        "could not access file", "install the library named, or restore without --keep-settings");
    advice.put("invalid value for parameter \"lc_", "install the source's locale on this host");
    advice.put("could not map anonymous shared memory", "restore on a host with more memory");
    advice.put("could not create shared memory", "restore on a host with more memory");
    advice.put("could not create any TCP/IP sockets", "choose another port with --port");
    advice.put("No space left on device", "free space on that file system and restore again");
    advice.put("has group or world access", "restore again; the directory's mode was changed");
    return advice;
  }

  static String on(String words, Path log) {
    for (Map.Entry<String, String> known : ADVICE.entrySet()) {
      if (words.contains(known.getKey())) {
        return known.getValue() + "; the log is " + log;
      }
    }
    return "look at " + log;
  }
}
