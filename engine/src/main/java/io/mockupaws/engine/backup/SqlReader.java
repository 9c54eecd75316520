package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerSession;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Has the server read its files, over one connection. A read that the server ended for its own
 * reasons (a standby that must replay, a connection that broke) is made again.
 */
final class SqlReader implements FileReader {
  private static final int TRIES = 4;

  /** {@code ERRCODE_T_R_SERIALIZATION_FAILURE}: a standby's replay went before the query. */
  private static final String CONFLICT = "40001";

  private final Supplier<ServerSession> sessions;
  private final Pause pause;
  private Optional<ServerSession> session = Optional.empty();

  /**
   * A reader.
   *
   * @param sessions opens a connection to the server of this backup, and to no other
   */
  SqlReader(Supplier<ServerSession> sessions, Pause pause) {
    this.sessions = sessions;
    this.pause = pause;
    session = Optional.of(sessions.get());
  }

  @Override
  public int[] read(List<Piece> pieces, ByteBuffer into) {
    int begin = into.position();
    String query = FileQuery.read(pieces);
    for (int attempt = 1; ; attempt++) {
      try {
        return copy(query, pieces, into);
      } catch (SQLException e) {
        Failure failure = failure(e, pieces);
        boolean again = CONFLICT.equals(e.getSQLState()) || isLost(failure);
        if (!again || attempt == TRIES) {
          throw failure;
        }
        into.position(begin);
        pause.before(attempt);
        if (isLost(failure)) {
          close();
        }
      }
    }
  }

  private int[] copy(String query, List<Piece> pieces, ByteBuffer into) throws SQLException {
    return take(new BinaryRows(connected().pg().getCopyAPI().copyOut(query)), pieces, into);
  }

  /** What the rows say of each piece, as {@link FileReader#read} gives it. */
  static int[] take(BinaryRows rows, List<Piece> pieces, ByteBuffer into) throws SQLException {
    int[] got = new int[pieces.size()];
    boolean[] ended = new boolean[pieces.size()];
    for (int n = rows.next(); n >= 0; n = rows.next()) {
      if (ended[n]) {
        // It ended, or was gone, in an earlier row: what was written since lies behind a gap.
        rows.drop();
      } else if (rows.length() == BinaryRows.NULL) {
        into.position(into.position() - got[n]);
        got[n] = MISSING;
        ended[n] = true;
      } else {
        int wanted = Math.min(FileQuery.ROW_BYTES, pieces.get(n).length() - got[n]);
        rows.take(into);
        got[n] += rows.length();
        ended[n] = rows.length() < wanted;
      }
    }
    return got;
  }

  private ServerSession connected() {
    if (session.isEmpty()) {
      session = Optional.of(sessions.get());
    }
    return session.get();
  }

  private Failure failure(SQLException error, List<Piece> pieces) {
    String what = pieces.size() == 1 ? pieces.getFirst().path() : pieces.size() + " files";
    return connected().failure(error, "reading " + what);
  }

  private static boolean isLost(Failure failure) {
    return failure.code() == ErrorCode.SERVER_UNREACHABLE;
  }

  @Override
  public void close() {
    session.ifPresent(ServerSession::close);
    session = Optional.empty();
  }
}
