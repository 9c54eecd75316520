package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Prepares a server for being protected: the role, the slot, and what else it lacks.
 *
 * <p>Each step can be done again and changes nothing then.
 */
public final class Initialisation {
  private final ServerAddress address;
  private final String slot;

  /**
   * For one cluster.
   *
   * @param address as the program will log in later on
   * @param slot the name of the replication slot
   */
  public Initialisation(ServerAddress address, String slot) {
    this.address = address;
    this.slot = slot;
  }

  /**
   * What an administrator runs in {@code psql} where no address of one is given. Holds no password:
   * it asks for it.
   */
  public String printableSql() {
    return PrintableRole.sql(address.user(), address.database());
  }

  /**
   * Makes the role of the address with the rights it needs, as an administrator. A role that can
   * log in already keeps its password; else it gets that of the address, hashed here so that the
   * server's log never shows it.
   *
   * @param administrator a superuser's address of the same server; its database does not matter
   * @return the statements that were run, without the one that sets the password
   * @throws Failure SERVER_RIGHTS when the administrator is none; FOREIGN_CLUSTER when the two
   *     addresses are two servers
   */
  public List<String> makeRole(ServerAddress administrator) {
    try (ServerSession session =
        ServerSession.open(administrator.withDatabase(address.database()))) {
      demandSuperuser(session);
      boolean external = ServerFacts.read(session).hasExternalConfiguration();
      List<String> statements = RoleSql.statements(address.user(), address.database(), external);
      statements.forEach(statement -> session.run("making the role", statement));
      if (!canLogIn()) {
        setPassword(session);
      }
      demandSameServer(session);
      return statements;
    }
  }

  private static void demandSuperuser(ServerSession session) {
    boolean superuser =
        session.one(
            "looking at the administrator's rights",
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
            row -> row.getBoolean(1));
    if (!superuser) {
      throw new Failure(
          ErrorCode.SERVER_RIGHTS,
          "the role " + session.address().user() + " is no superuser",
          "give the address of a superuser, or let one run what mockupaws init --print-sql shows");
    }
  }

  private boolean canLogIn() {
    try (ServerSession ours = ServerSession.open(address)) {
      return ours.address() != null;
    } catch (Failure e) {
      if (e.code() == ErrorCode.SERVER_LOGIN) {
        return false;
      }
      throw e;
    }
  }

  private void setPassword(ServerSession session) {
    Optional<String> password = address.password();
    if (password.isEmpty()) {
      return;
    }
    try {
      // Hashed as password_encryption asks; the driver wipes the array.
      session.pg().alterUserPassword(address.user(), password.get().toCharArray(), null);
    } catch (SQLException e) {
      throw session.failure(e, "setting the role's password");
    }
  }

  /** Guards against an administrator's address that names another server. */
  private void demandSameServer(ServerSession administrator) {
    String running = "SELECT system_identifier FROM pg_control_system()";
    try (ServerSession ours = ServerSession.open(address)) {
      long here = ours.one("asking who it is", running, row -> row.getLong(1));
      long there = administrator.one("asking who it is", running, row -> row.getLong(1));
      if (here != there) {
        throw new Failure(
            ErrorCode.FOREIGN_CLUSTER,
            "the administrator's address and " + address + " are two clusters",
            "give two addresses of one server");
      }
    }
  }

  /** Makes the slot unless it is there. It keeps no WAL before the first stream or backup. */
  public Slot makeSlot() {
    try (ServerSession session = ServerSession.open(address)) {
      Slots slots = new Slots(session);
      return slots.find(slot).orElseGet(() -> slots.create(slot));
    }
  }

  /** Looks at everything that protecting this server needs. */
  public List<Finding> check() {
    return new ServerCheck(address, slot).findings();
  }
}
