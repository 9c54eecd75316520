package io.mockupaws.app.cli;

/**
 * How the demo is to be told.
 *
 * @param postgres the server's major version
 * @param s3 whether the repository lies in a bucket
 * @param keep whether everything stays
 */
public record DemoRequest(int postgres, boolean s3, boolean keep, OutputFormat format) {}
