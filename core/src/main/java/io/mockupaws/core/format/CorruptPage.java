package io.mockupaws.core.format;

/**
 * A page whose checksum or header was wrong when it was read, and stayed wrong.
 *
 * @param path the file, relative to the data directory
 * @param block the page's number in its fork, over all segments
 * @param relation the relation's name where it is known, else empty
 */
public record CorruptPage(String path, long block, String relation, String reason) {}
