package io.mockupaws.app.checklist;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Looks at one item after the other, and tells each as it is known. Only what failed stops a
 * restore; what cannot be told does not.
 */
public final class Checklist {
  private final Set<CheckItem> skipped;
  private final Consumer<Checked> told;
  private final List<Checked> checked = new ArrayList<>();

  /**
   * @param skipped what is not looked at
   * @param told hears of each item
   */
  public Checklist(Set<CheckItem> skipped, Consumer<Checked> told) {
    this.skipped = Set.copyOf(skipped);
    this.told = told;
  }

  /**
   * Looks at an item, unless it is skipped.
   *
   * @param look what it finds missing or damaged is what failed
   * @throws Failure what else the look fails with: an outage, or that it was stopped, says nothing
   *     of the item
   */
  public void look(CheckItem item, Supplier<Checked> look) {
    Checked found = skipped.contains(item) ? Checked.skipped(item) : found(item, look);
    checked.add(found);
    told.accept(found);
  }

  private static Checked found(CheckItem item, Supplier<Checked> look) {
    try {
      return look.get();
    } catch (Failure e) {
      if (e.code() == ErrorCode.DAMAGED_OBJECT || e.code() == ErrorCode.OBJECT_MISSING) {
        return Checked.failed(item, e.what());
      }
      throw e;
    }
  }

  /** What was found so far. */
  public List<Checked> checked() {
    return List.copyOf(checked);
  }

  /**
   * Goes on only where nothing failed.
   *
   * @throws Failure CHECK_FAILED
   */
  public void demand() {
    List<Checked> failed = checked.stream().filter(Checked::isFailed).toList();
    if (failed.isEmpty()) {
      return;
    }
    throw new Failure(
        ErrorCode.CHECK_FAILED,
        "nothing was touched: "
            + failed.stream()
                .map(one -> one.item() + ": " + one.what())
                .collect(Collectors.joining("; ")),
        "mend it, or take the risk by name: "
            + failed.stream().map(one -> "--skip " + one.item()).collect(Collectors.joining(" ")));
  }
}
