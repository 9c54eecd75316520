package io.mockupaws.core.format;

/**
 * A directory of the data directory, so that empty ones are made again.
 *
 * @param path relative to the data directory, parts joined by {@code /}
 * @param mode POSIX permission bits, for example {@code 0700}
 */
public record DirectoryEntry(String path, int mode) {}
