package io.mockupaws.app.config;

import io.mockupaws.store.StoreAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the repository lies: one store or several, each named in one way. */
final class StoreChoice {
  private final ConfigFile file;
  private final Layers layers;
  private final Problems problems;

  StoreChoice(ConfigFile file, Layers layers, Problems problems) {
    this.file = file;
    this.layers = layers;
    this.problems = problems;
  }

  /** The addresses as they are written: a flag or variable, else buckets, else the file. */
  List<ConfigFile.Located> texts(ConfigRequest request) {
    List<ConfigFile.Located> texts = new ArrayList<>();
    Optional<ConfigFile.Located> flagOrVariable =
        request
            .repository()
            .map(text -> new ConfigFile.Located(text, "--repository"))
            .or(() -> layers.variable(List.of("BACKUP_REPOSITORY")));
    Optional<ConfigFile.Located> bucket = layers.variable(List.of("BACKUP_BUCKET"));
    if (flagOrVariable.isPresent()) {
      for (String part : flagOrVariable.get().text().split(",", -1)) {
        texts.add(new ConfigFile.Located(part.strip(), flagOrVariable.get().where()));
      }
    } else if (bucket.isPresent()) {
      texts.add(inS3(bucket.get(), Optional.empty()));
      layers
          .variable(List.of("BACKUP_SECONDARY_BUCKET"))
          .filter(second -> !second.text().strip().equals(bucket.get().text().strip()))
          .map(second -> inS3(second, layers.variable(List.of("BACKUP_SECONDARY_REGION"))))
          .ifPresent(texts::add);
    } else {
      file.at(Settings.STORES.path())
          .forEach(text -> layers.interpolate(text).ifPresent(texts::add));
    }
    return texts;
  }

  private static ConfigFile.Located inS3(
      ConfigFile.Located bucket, Optional<ConfigFile.Located> region) {
    String options = region.map(r -> "?region=" + r.text().strip()).orElse("");
    return new ConfigFile.Located("s3://" + bucket.text().strip() + options, bucket.where());
  }

  /** The stores, each once. Mistakes are noted. */
  List<StoreAddress> read(List<ConfigFile.Located> texts) {
    List<StoreAddress> stores = new ArrayList<>();
    for (ConfigFile.Located text : texts) {
      layers
          .parse(Settings.STORES, text)
          .filter(store -> stores.stream().noneMatch(store::isSamePlace))
          .ifPresent(
              store -> {
                if (stores.stream().anyMatch(store::sharesPlace)) {
                  problems.wrong(
                      text.where(),
                      "one store lies inside another one: give each a place of its own");
                }
                stores.add(store);
              });
    }
    return stores;
  }
}
