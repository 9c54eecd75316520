package io.mockupaws.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * AWS KMS as its SDK speaks to it: the JSON protocol of DescribeKey, GenerateDataKey and Decrypt,
 * with real encryption under keys that never leave it. Each question must be signed by the one
 * access key. It can be told to refuse, and to say nothing.
 */
public final class KmsStandIn implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ACCOUNT = "arn:aws:kms:eu-central-1:111122223333:";

  /** Of the only one who may ask. */
  public static final String ACCESS_KEY = "AKIDKMSSTANDIN";

  private static final int KEY_NAME = 36;

  private final HttpServer server;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, byte[]> keys = new ConcurrentHashMap<>();
  private final Map<String, String> states = new ConcurrentHashMap<>();
  private final Map<String, String> aliases = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Optional<String> denied = Optional.empty();
  private volatile boolean silent;

  private KmsStandIn(HttpServer server) {
    this.server = server;
  }

  public static KmsStandIn start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      KmsStandIn kms = new KmsStandIn(server);
      server.createContext("/", kms::answer);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return kms;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a key with an alias; its ARN. */
  public String newKey(String alias) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String id = java.util.UUID.randomUUID().toString();
    keys.put(id, bytes);
    states.put(id, "Enabled");
    aliases.put(alias, id);
    return ACCOUNT + "key/" + id;
  }

  /** The ARN of an alias. */
  public static String alias(String alias) {
    return ACCOUNT + "alias/" + alias;
  }

  /** {@code Enabled}, {@code Disabled}, {@code PendingDeletion}. */
  public void state(String arn, String state) {
    states.put(arn.substring(arn.lastIndexOf('/') + 1), state);
  }

  /** From here on that action is refused; empty: none. */
  public void deny(Optional<String> action) {
    denied = action;
  }

  /** From here on questions stay without an answer. */
  public void silence(boolean on) {
    silent = on;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_KMS",
        endpoint(),
        "AWS_ACCESS_KEY_ID",
        ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY",
        "a secret access key");
  }

  /** An answer that is an error. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final String type;

    Refusal(String type, String message) {
      super(message);
      this.type = type;
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode question = JSON.readTree(exchange.getRequestBody().readAllBytes());
      if (silent) {
        closing.await();
        return;
      }
      try {
        send(exchange, 200, answer(action(exchange), question));
      } catch (Refusal e) {
        ObjectNode error = JSON.createObjectNode();
        error.put("__type", e.type).put("message", e.getMessage());
        send(exchange, 400, error);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String action(HttpExchange exchange) throws Refusal {
    String signature = exchange.getRequestHeaders().getFirst("Authorization");
    if (signature == null
        || !signature.startsWith("AWS4-HMAC-SHA256 ")
        || !signature.contains("/kms/aws4_request")
        || !signature.contains("x-amz-target")
        || !signature.matches(".*Signature=[0-9a-f]{64}.*")) {
      throw new Refusal("MissingAuthenticationTokenException", "not signed");
    }
    if (!signature.contains("Credential=" + ACCESS_KEY + "/")) {
      throw new Refusal("UnrecognizedClientException", "The security token is invalid.");
    }
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String action = target == null ? "" : target.replace("TrentService.", "");
    if (denied.filter(action::equals).isPresent()) {
      throw new Refusal("AccessDeniedException", "not authorized to perform: kms:" + action);
    }
    return action;
  }

  private ObjectNode answer(String action, JsonNode question)
      throws Refusal, GeneralSecurityException {
    String id = resolve(question.path("KeyId").asString(""));
    return switch (action) {
      case "DescribeKey" -> describe(id);
      case "GenerateDataKey" -> generate(usable(id), question);
      case "Decrypt" -> decrypt(usable(id), question);
      default -> throw new Refusal("UnknownOperationException", action);
    };
  }

  private String resolve(String name) throws Refusal {
    String last = name.substring(name.lastIndexOf('/') + 1);
    String id = name.contains("alias/") ? aliases.getOrDefault(last, "") : last;
    if (!keys.containsKey(id)) {
      throw new Refusal("NotFoundException", "Key '" + name + "' does not exist");
    }
    return id;
  }

  private String usable(String id) throws Refusal {
    return switch (states.getOrDefault(id, "")) {
      case "Enabled" -> id;
      case "Disabled" -> throw new Refusal("DisabledException", id + " is disabled.");
      default -> throw new Refusal("KMSInvalidStateException", id + " is pending deletion.");
    };
  }

  private ObjectNode describe(String id) {
    ObjectNode answer = JSON.createObjectNode();
    answer
        .putObject("KeyMetadata")
        .put("KeyId", id)
        .put("Arn", ACCOUNT + "key/" + id)
        .put("KeyState", states.get(id))
        .put("KeyUsage", "ENCRYPT_DECRYPT");
    return answer;
  }

  private ObjectNode generate(String id, JsonNode question)
      throws GeneralSecurityException, Refusal {
    if (!question.path("KeySpec").asString("").equals("AES_256")) {
      throw new Refusal("ValidationException", "KeySpec");
    }
    byte[] plain = new byte[32];
    random.nextBytes(plain);
    byte[] nonce = new byte[12];
    random.nextBytes(nonce);
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, id, nonce, question).doFinal(plain);
    byte[] blob = new byte[KEY_NAME + nonce.length + sealed.length];
    ByteBuffer.wrap(blob).put(id.getBytes(UTF_8)).put(nonce).put(sealed);
    return JSON.createObjectNode()
        .put("CiphertextBlob", Base64.getEncoder().encodeToString(blob))
        .put("Plaintext", Base64.getEncoder().encodeToString(plain))
        .put("KeyId", ACCOUNT + "key/" + id);
  }

  private ObjectNode decrypt(String id, JsonNode question)
      throws GeneralSecurityException, Refusal {
    byte[] blob = Base64.getDecoder().decode(question.path("CiphertextBlob").asString(""));
    if (blob.length < KEY_NAME + 12 + 16) {
      throw new Refusal("InvalidCiphertextException", "");
    }
    String by = new String(blob, 0, KEY_NAME, UTF_8);
    if (keys.containsKey(by) && !by.equals(id)) {
      throw new Refusal("IncorrectKeyException", "The key ID in the request does not identify it.");
    }
    byte[] nonce = Arrays.copyOfRange(blob, KEY_NAME, KEY_NAME + 12);
    try {
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, id, nonce, question)
              .doFinal(blob, KEY_NAME + 12, blob.length - KEY_NAME - 12);
      return JSON.createObjectNode()
          .put("Plaintext", Base64.getEncoder().encodeToString(plain))
          .put("KeyId", ACCOUNT + "key/" + id);
    } catch (AEADBadTagException e) {
      throw new Refusal("InvalidCiphertextException", "");
    }
  }

  private Cipher cipher(int mode, String id, byte[] nonce, JsonNode question)
      throws GeneralSecurityException {
    Map<String, String> context = new TreeMap<>();
    question
        .path("EncryptionContext")
        .properties()
        .forEach(entry -> context.put(entry.getKey(), entry.getValue().asString()));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(keys.get(id), "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(context.toString().getBytes(UTF_8));
    return cipher;
  }

  private static void send(HttpExchange exchange, int status, JsonNode answer) throws IOException {
    byte[] body = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }
}
