package io.mockupaws.engine.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as {@code pg_restore --list} of 15 writes them. */
class DumpListTest {
  private static final DumpList LIST =
      new DumpList(
          List.of(
              "6; 2615 16386 SCHEMA - app shop_owner",
              "2; 3079 16387 EXTENSION - pg_trgm ",
              "3390; 0 0 COMMENT - EXTENSION pg_trgm ",
              "218; 1259 16469 TABLE app items shop_owner",
              "217; 1259 16468 SEQUENCE app items_id_seq shop_owner",
              "219; 1259 16480 TABLE app with blanks and more the owner",
              "226; 1259 16513 VIEW app cheap lost",
              "3383; 0 16469 TABLE DATA app items shop_owner",
              "3232; 1259 16475 INDEX app items_name_idx shop_owner",
              "3230; 2606 16474 CONSTRAINT app items items_pkey shop_owner",
              "3384; 2613 4242 BLOB - 4242 shop_owner",
              "3391; 0 0 ACL - SCHEMA public pg_database_owner",
              "1; 2615 2200 SCHEMA - public pg_database_owner"));

  @Test
  void whatIsToBeThereAfterwardsIsCounted() {
    assertThat(LIST.relations()).isEqualTo(4);
  }

  @Test
  void ownersMayHaveBlanksAndMayBeMissing() {
    assertThat(LIST.owners(List.of("shop_owner", "the owner", "postgres")))
        .containsExactly("lost", "shop_owner");
  }

  /** Nothing is taken for a role's name that ends an object's. */
  @Test
  void anUnknownNameIsToldAsOne() {
    assertThat(LIST.owners(List.of("shop_owner"))).contains("owner", "lost");
  }
}
