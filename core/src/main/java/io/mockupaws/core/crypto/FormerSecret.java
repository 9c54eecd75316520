package io.mockupaws.core.crypto;

import java.time.Instant;

/**
 * A secret that was in use before another one took its place.
 *
 * @param fingerprint by which it is found
 * @param until when it was replaced
 * @param secret the caller closes it
 */
public record FormerSecret(String fingerprint, Instant until, Secret secret) {}
