package io.mockupaws.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import io.mockupaws.engine.journal.Journal;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of the design. One that points elsewhere, or a cycle, fails the build. */
class ArchitectureTest {
  private static JavaClasses classes = new ClassFileImporter().importPackages();

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mockupaws");
    assertThat(classes.size()).isGreaterThan(100);
  }

  @Test
  void modulesPointDownwards() {
    check(
        layers("app", "engine", "demo", "store", "core")
            .whereLayer("app")
            .mayOnlyAccessLayers("engine", "demo", "store", "core")
            .whereLayer("engine")
            .mayOnlyAccessLayers("store", "core")
            .whereLayer("store")
            .mayOnlyAccessLayers("core")
            .whereLayer("core")
            .mayNotAccessAnyLayer()
            .whereLayer("demo")
            .mayNotAccessAnyLayer());
  }

  @Test
  void enginePackagesPointTowardsTheRepository() {
    check(
        layers(
                "engine.drill",
                "engine.database",
                "engine.configuration",
                "engine.proof",
                "engine.mirror",
                "engine.logical",
                "engine.client",
                "engine.doctor",
                "engine.restore",
                "engine.verify",
                "engine.retention",
                "engine.thaw",
                "engine.history",
                "engine.backup",
                "engine.journal",
                "engine.consolidation",
                "engine.objective",
                "engine.task",
                "engine.schedule",
                "engine.notice",
                "engine.replication",
                "engine.repository",
                "engine.cluster")
            .whereLayer("engine.drill")
            .mayOnlyAccessLayers(
                "engine.database", "engine.proof", "engine.restore", "engine.cluster")
            .whereLayer("engine.database")
            .mayOnlyAccessLayers(
                "engine.logical",
                "engine.client",
                "engine.restore",
                "engine.repository",
                "engine.cluster")
            .whereLayer("engine.mirror")
            .mayOnlyAccessLayers("engine.task", "engine.cluster")
            .whereLayer("engine.proof")
            .mayOnlyAccessLayers("engine.cluster")
            .whereLayer("engine.configuration")
            .mayOnlyAccessLayers(
                "engine.restore", "engine.backup", "engine.repository", "engine.cluster")
            .whereLayer("engine.logical")
            .mayOnlyAccessLayers(
                "engine.client", "engine.restore", "engine.repository", "engine.cluster")
            .whereLayer("engine.client")
            .mayOnlyAccessLayers("engine.restore", "engine.cluster")
            .whereLayer("engine.doctor")
            .mayOnlyAccessLayers(
                "engine.client",
                "engine.restore",
                "engine.journal",
                "engine.replication",
                "engine.repository",
                "engine.cluster")
            .whereLayer("engine.restore")
            .mayOnlyAccessLayers(
                "engine.backup",
                "engine.journal",
                "engine.objective",
                "engine.repository",
                "engine.cluster")
            .whereLayer("engine.verify")
            .mayOnlyAccessLayers("engine.journal", "engine.repository")
            .whereLayer("engine.retention")
            .mayOnlyAccessLayers("engine.journal", "engine.logical", "engine.repository")
            .whereLayer("engine.thaw")
            .mayOnlyAccessLayers("engine.repository")
            .whereLayer("engine.history")
            .mayOnlyAccessLayers("engine.journal", "engine.repository", "engine.cluster")
            .whereLayer("engine.backup")
            .mayOnlyAccessLayers("engine.journal", "engine.repository", "engine.cluster")
            .whereLayer("engine.journal")
            .mayOnlyAccessLayers("engine.replication", "engine.repository", "engine.cluster")
            .whereLayer("engine.replication")
            .mayOnlyAccessLayers("engine.repository")
            .whereLayer("engine.consolidation")
            .mayOnlyAccessLayers("engine.repository")
            .whereLayer("engine.objective")
            .mayOnlyAccessLayers("engine.repository")
            .whereLayer("engine.schedule")
            .mayNotAccessAnyLayer()
            .whereLayer("engine.notice")
            .mayNotAccessAnyLayer()
            .whereLayer("engine.task")
            .mayOnlyAccessLayers("engine.repository")
            .whereLayer("engine.repository")
            .mayNotAccessAnyLayer()
            .whereLayer("engine.cluster")
            .mayNotAccessAnyLayer());
  }

  @Test
  void appPackagesPointTowardsTheConfiguration() {
    check(
        layers("app.main", "app.cli", "app.checklist", "app.daemon", "app.config")
            .whereLayer("app.main")
            .mayOnlyAccessLayers("app.cli", "app.daemon", "app.config")
            .whereLayer("app.cli")
            .mayOnlyAccessLayers("app.checklist", "app.daemon", "app.config")
            .whereLayer("app.checklist")
            .mayNotAccessAnyLayer()
            .whereLayer("app.daemon")
            .mayNotAccessAnyLayer()
            .whereLayer("app.config")
            .mayNotAccessAnyLayer());
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("io.mockupaws.(**)").should().beFreeOfCycles());
  }

  @Test
  void packagesAreNamedAfterWords() {
    Set<String> words = Set.of("util", "utils", "common", "impl", "manager", "helper", "misc");
    assertThat(classes.getPackage("io.mockupaws").getSubpackagesInTree())
        .extracting(JavaPackage::getRelativeName)
        .noneMatch(words::contains);
  }

  @Test
  void coreKnowsNoDatabaseAndNoNetwork() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.mockupaws.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "java.net.http..", "org.postgresql..", "software.."));
  }

  @Test
  void onlyTheS3StoreKnowsTheS3Client() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.mockupaws.store..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon.."));
  }

  @Test
  void onlyMainEndsTheProcess() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.mockupaws.app.main")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class));
  }

  @Test
  void onlyMainOpensStores() {
    check(
        classes()
            .that()
            .resideOutsideOfPackages("io.mockupaws.app.main", "io.mockupaws.store..")
            .should()
            .onlyDependOnClassesThat(
                not(
                    resideInAPackage("io.mockupaws.store..")
                        .and(
                            com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName(
                                "Stores")))));
  }

  /** A segment that is on its way is no hole: what is shown comes of a settled view. */
  @Test
  void commandsShowSettledJournals() {
    check(
        noClasses()
            .that(
                resideInAPackage("io.mockupaws.app.cli")
                    .or(resideInAPackage("io.mockupaws.engine.history")))
            .and()
            .doNotHaveSimpleName("BackupForObjective")
            .should()
            .callMethod(Journal.class, "view"));
  }

  @Test
  void timeComesInByConstructor() {
    check(
        noClasses()
            .that(
                resideInAnyPackage("io.mockupaws.engine..", "io.mockupaws.core..")
                    .or(resideInAPackage("io.mockupaws.app.cli")))
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC"));
  }

  private static LayeredArchitecture layers(String... names) {
    LayeredArchitecture layers =
        layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
    for (String name : names) {
      layers = layers.layer(name).definedBy("io.mockupaws." + name + "..");
    }
    return layers;
  }

  private static void check(ArchRule rule) {
    rule.check(classes);
  }
}
