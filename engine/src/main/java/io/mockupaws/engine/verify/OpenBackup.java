package io.mockupaws.engine.verify;

import io.mockupaws.core.format.ManifestHead;

/**
 * A backup whose manifest was read.
 *
 * @param listedBad how many of its packs a listing shows not to be as they should
 */
record OpenBackup(ManifestHead head, BackupContents contents, int listedBad) {}
