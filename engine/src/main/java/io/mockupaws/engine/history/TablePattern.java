package io.mockupaws.engine.history;

import io.mockupaws.core.history.Event;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A name of a relation: {@code orders}, {@code sales.orders} or {@code shop.sales.orders}, with
 * {@code *} for any part. What has no known name is met by its file's number or OID.
 */
public record TablePattern(String text) {

  /** Whether an event is about such a relation. */
  public boolean matches(Event event) {
    Pattern pattern = pattern();
    return names(event).stream().anyMatch(name -> pattern.matcher(name).matches());
  }

  private Pattern pattern() {
    return Pattern.compile(
        Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  private static List<String> names(Event event) {
    Optional<String> bare = event.name().map(name -> name.substring(name.indexOf('.') + 1));
    Optional<String> full =
        event.name().flatMap(name -> event.databaseName().map(database -> database + "." + name));
    Optional<String> oid =
        event.oid() == 0 ? Optional.empty() : Optional.of(Integer.toUnsignedString(event.oid()));
    Optional<String> file = event.file().map(known -> Integer.toUnsignedString(known.number()));
    Optional<String> database = event.databaseName().filter(_ -> event.name().isEmpty());
    return Stream.of(bare, event.name(), full, oid, file, database)
        .flatMap(Optional::stream)
        .toList();
  }
}
