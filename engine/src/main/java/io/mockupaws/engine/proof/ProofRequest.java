package io.mockupaws.engine.proof;

import io.mockupaws.engine.cluster.ServerAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is to be proven.
 *
 * @param checks a folder of the operator's questions, {@code *.sql}
 */
public record ProofRequest(ServerAddress server, Optional<Path> checks) {}
