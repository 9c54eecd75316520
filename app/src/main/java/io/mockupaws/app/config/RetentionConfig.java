package io.mockupaws.app.config;

/**
 * How long what is kept: the first good backup of each UTC day, ISO week, month and year.
 *
 * @param wal how long WAL is kept beside what the kept backups need
 * @param minimum backups never to go below
 */
public record RetentionConfig(
    Keep daily, Keep weekly, Keep monthly, Keep yearly, Keep wal, int minimum) {}
