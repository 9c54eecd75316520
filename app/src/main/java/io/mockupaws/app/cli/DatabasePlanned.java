package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.database.DatabasePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The destination of a restore into a database. */
record DatabasePlanned(
    String address,
    String source,
    String way,
    boolean exists,
    long bytes,
    Optional<String> keptAs,
    String server,
    String clientTools,
    List<String> connections,
    List<String> warnings) {

  static DatabasePlanned of(DatabasePlan plan, List<String> more) {
    List<String> warnings = new ArrayList<>(plan.warnings());
    warnings.addAll(more);
    return new DatabasePlanned(
        plan.request().destination().toString(),
        plan.request().source(),
        plan.request().way().word(),
        plan.destination().exists(),
        plan.destination().bytes(),
        plan.keptAs(),
        plan.destination().version(),
        plan.tools().version() + " in " + plan.tools().directory(),
        plan.destination().connections(),
        warnings);
  }

  void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("database", source + ", to " + address + ", PostgreSQL " + server));
    fields.add(
        new Field(
            "there now",
            exists ? way + ", " + Units.bytes(bytes) : "no such database; it will be made"));
    keptAs.ifPresent(name -> fields.add(new Field("kept as", name)));
    fields.add(new Field("client programs", clientTools));
    paper.gap().fields(fields);
    warnings.forEach(warning -> paper.item("warning: " + warning));
  }
}
