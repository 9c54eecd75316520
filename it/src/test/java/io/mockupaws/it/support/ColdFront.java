package io.mockupaws.it.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Classes of storage in front of an S3 server that has none: it names them in listings and heads,
 * gives nothing out of a frozen one, and takes requests to thaw. Can keep readers waiting. One
 * request a connection.
 */
public final class ColdFront implements AutoCloseable {
  private static final Pattern LISTED =
      Pattern.compile("<Contents>(.*?)</Contents>", Pattern.DOTALL);
  private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>");
  private static final String STANDARD_IA = "STANDARD_IA";

  private final ServerSocket listening;
  private final URI behind;
  private final Map<String, String> frozen = new ConcurrentHashMap<>();
  private final Map<String, Boolean> asked = new ConcurrentHashMap<>();
  private final List<String> thaws = new CopyOnWriteArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean thawed;
  private volatile Optional<String> held = Optional.empty();

  /** Stands in front of a server. */
  public ColdFront(URI behind) {
    this.behind = behind;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("cold-front").start(this::accept);
  }

  /** The address to be used instead of the server's. */
  public String endpoint() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Everything whose key is one of these lies in a frozen class from now on. */
  public void freeze(List<String> keys, String storageClass) {
    keys.forEach(key -> frozen.put(key, storageClass));
  }

  /** What was asked for can be read from now on. */
  public void thawWhatWasAskedFor() {
    thawed = true;
  }

  /** Objects whose key has that in it are given to nobody until {@link #release}. */
  public void hold(String part) {
    held = Optional.of(part);
  }

  /** How often what is held was asked for. */
  public int waiting() {
    return waiting.get();
  }

  /** What is held is given, to those who wait for it too. */
  public void release() {
    released.countDown();
  }

  /** Requests to thaw: the key, a space, and their body. */
  public List<String> thaws() {
    return List.copyOf(thaws);
  }

  private boolean isReadable(String key) {
    return !frozen.containsKey(key) || (thawed && asked.containsKey(key));
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().name("cold-front").start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      if (!head.isEmpty()) {
        serve(client, head);
      }
    } catch (IOException e) {
      // Either side is gone; the other sees the end of the connection.
    }
  }

  private void serve(Socket client, String head) throws IOException {
    String[] first = head.substring(0, head.indexOf('\r')).split(" ", -1);
    URI target = URI.create(first[1]);
    String path = target.getPath().substring(1);
    String key = path.substring(path.indexOf('/') + 1);
    String query = String.valueOf(target.getRawQuery());
    if (first[0].equals("POST") && query.startsWith("restore")) {
      byte[] body = client.getInputStream().readNBytes(length(head));
      thaws.add(key + " " + new String(body, StandardCharsets.UTF_8));
      asked.put(key, true);
      answer(client, "202 Accepted", "");
    } else if (first[0].equals("GET") && !isReadable(key)) {
      answer(
          client,
          "403 Forbidden",
          "<Error><Code>InvalidObjectState</Code><Message>frozen</Message></Error>");
    } else {
      if (first[0].equals("GET") && held.filter(key::contains).isPresent()) {
        waiting.incrementAndGet();
        awaitRelease();
      }
      forward(client, head, first[0], key, query);
    }
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(Socket client, String head, String method, String key, String query)
      throws IOException {
    try (Socket server = new Socket(behind.getHost(), behind.getPort())) {
      String alone =
          head.replaceFirst("(?i)\r\nconnection: [^\r]*", "")
              .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
      server.getOutputStream().write(alone.getBytes(StandardCharsets.ISO_8859_1));
      Thread.ofVirtual().start(() -> copy(client, server));
      if (method.equals("HEAD")) {
        String answered = head(server.getInputStream());
        String unclassed = answered.replaceFirst("(?i)\r\nx-amz-storage-class: [^\r]*", "");
        write(client, unclassed.replaceFirst("\r\n\r\n$", headers(key) + "\r\n\r\n"));
      } else if (method.equals("GET") && query.contains("list-type=2")) {
        String answered = head(server.getInputStream());
        byte[] body = server.getInputStream().readAllBytes();
        listing(client, answered, isChunked(answered) ? joined(body) : body);
      } else {
        server.getInputStream().transferTo(client.getOutputStream());
      }
    }
  }

  private static void copy(Socket client, Socket server) {
    try {
      client.getInputStream().transferTo(server.getOutputStream());
    } catch (IOException e) {
      // The request has ended.
    }
  }

  private String headers(String key) {
    String where = frozen.getOrDefault(key, STANDARD_IA);
    String restore = "";
    if (asked.containsKey(key)) {
      restore =
          "\r\nx-amz-restore: ongoing-request=\""
              + !thawed
              + "\""
              + (thawed ? ", expiry-date=\"Fri, 23 Dec 2044 00:00:00 GMT\"" : "");
    }
    return "\r\nx-amz-storage-class: " + where + restore;
  }

  private void listing(Socket client, String head, byte[] body) throws IOException {
    String text =
        LISTED
            .matcher(new String(body, StandardCharsets.UTF_8))
            .replaceAll(found -> Matcher.quoteReplacement(classed(found.group(1))));
    answer(client, head.substring(9, head.indexOf('\r')), text);
  }

  private String classed(String object) {
    Matcher key = KEY.matcher(object);
    String name = key.find() ? URLDecoder.decode(key.group(1), StandardCharsets.UTF_8) : "";
    String where = frozen.getOrDefault(name, STANDARD_IA);
    return "<Contents>"
        + object.replaceFirst("<StorageClass>.*?</StorageClass>", "")
        + "<StorageClass>"
        + where
        + "</StorageClass></Contents>";
  }

  private static void answer(Socket client, String status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    write(
        client,
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n");
    client.getOutputStream().write(bytes);
    client.getOutputStream().flush();
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Predicate<String> ended = text -> text.endsWith("\r\n\r\n");
    for (int next = in.read(); next >= 0; next = in.read()) {
      bytes.write(next);
      if (next == '\n' && ended.test(bytes.toString(StandardCharsets.ISO_8859_1))) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
      }
    }
    return "";
  }

  private static int length(String head) {
    Matcher matcher = Pattern.compile("(?i)\r\ncontent-length: ([0-9]+)").matcher(head);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static boolean isChunked(String head) {
    return Pattern.compile("(?i)\r\ntransfer-encoding: chunked").matcher(head).find();
  }

  private static byte[] joined(byte[] chunks) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    int at = 0;
    while (at < chunks.length) {
      int end = at;
      while (chunks[end] != '\r') {
        end++;
      }
      String size = new String(chunks, at, end - at, StandardCharsets.ISO_8859_1);
      int length = Integer.parseInt(size.split(";", -1)[0].strip(), 16);
      if (length == 0) {
        break;
      }
      joined.write(chunks, end + 2, length);
      at = end + 2 + length + 2;
    }
    return joined.toByteArray();
  }

  @Override
  public void close() {
    release();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
