package io.mockupaws.engine.cluster;

import java.util.List;
import java.util.Optional;

/** Tells a provider's server by the role that stands in for a superuser there. */
public final class ManagedServer {
  private static final List<String> ROLES =
      List.of(
          "rds_superuser",
          "cloudsqlsuperuser",
          "alloydbsuperuser",
          "azure_pg_admin",
          "neon_superuser",
          "doadmin",
          "supabase_admin");

  private ManagedServer() {}

  /** The role that gives it away; empty where there is none. */
  public static Optional<String> sign(ServerAddress address) {
    try (ServerSession session = ServerSession.open(address)) {
      return session
          .query(
              "looking for a provider's role",
              "SELECT rolname FROM pg_roles WHERE rolname = ANY (?) LIMIT 1",
              row -> row.getString(1),
              (Object) ROLES.toArray(String[]::new))
          .stream()
          .findFirst();
    }
  }
}
