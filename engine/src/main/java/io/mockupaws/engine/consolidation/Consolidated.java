package io.mockupaws.engine.consolidation;

import io.mockupaws.core.format.BackupId;
import java.time.Duration;

/**
 * What a consolidation has done.
 *
 * @param plan what it was to do
 * @param id of the backup that takes the place of the one before
 * @param storedBytes of the packs it wrote
 * @param complete whether all of it was done; else the rest is as it was, and another consolidation
 *     goes on with it
 */
public record Consolidated(
    ConsolidationPlan plan, BackupId id, long storedBytes, Duration took, boolean complete) {}
