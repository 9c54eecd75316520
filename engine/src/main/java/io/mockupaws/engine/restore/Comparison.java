package io.mockupaws.engine.restore;

import io.mockupaws.engine.repository.ClusterRepository;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;

/**
 * How much of a target has the backup's content already.
 *
 * @param keptFiles that stay as they are
 * @param keptBytes of them
 * @param rewrittenFiles that are missing or have another content, or of which that shows only when
 *     their bytes are fetched
 * @param rewrittenBytes of them
 */
public record Comparison(long keptFiles, long keptBytes, long rewrittenFiles, long rewrittenBytes) {

  static Comparison of(ClusterRepository repository, RestorePlan plan, Cancel cancel) {
    BackupFiles files =
        BackupImage.read(repository, repository.manifest(plan.backup().id()), plan.backup())
            .files();
    LongAdder keptFiles = new LongAdder();
    LongAdder keptBytes = new LongAdder();
    LongAdder rewrittenFiles = new LongAdder();
    LongAdder rewrittenBytes = new LongAdder();
    IntConsumer rewritten =
        file -> {
          rewrittenFiles.increment();
          rewrittenBytes.add(files.table().size(file));
        };
    new Unchanged(plan.directory(), files, plan.outside().followed(plan.directory()))
        .sort(
            new Workers(plan.request().jobs(), cancel),
            file -> {
              keptFiles.increment();
              keptBytes.add(files.table().size(file));
            },
            rewritten,
            rewritten);
    return new Comparison(
        keptFiles.sum(), keptBytes.sum(), rewrittenFiles.sum(), rewrittenBytes.sum());
  }
}
