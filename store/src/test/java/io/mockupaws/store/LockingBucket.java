package io.mockupaws.store;

import io.mockupaws.store.AnsweringHttpClient.Answer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Answers as a bucket with object lock does, or as one that only seems to have it. */
final class LockingBucket implements Function<SdkHttpRequest, Answer> {
  private static final Pattern RETENTION =
      Pattern.compile("<Mode>(.*)</Mode><RetainUntilDate>(.*)</RetainUntilDate>");

  /** What is locked how and until when, by path. */
  final Map<String, String> locks = new ConcurrentHashMap<>();

  private final Map<String, Boolean> objects = new ConcurrentHashMap<>();
  private final Supplier<String> lastBody;

  /** Whether it takes the headers and does nothing with them. */
  boolean forgets;

  /** What it answers to requests with locks in them, or for them; empty: as S3 does. */
  Optional<Answer> refusal = Optional.empty();

  /** What it answers to the next question for a lock. */
  Optional<Answer> nextReading = Optional.empty();

  LockingBucket(Supplier<String> lastBody) {
    this.lastBody = lastBody;
  }

  static String text(String mode, String until) {
    return "<Retention><Mode>"
        + mode
        + "</Mode><RetainUntilDate>"
        + until
        + "</RetainUntilDate></Retention>";
  }

  @Override
  public Answer apply(SdkHttpRequest request) {
    String path = request.encodedPath();
    String query = request.encodedQueryParameters().orElse("");
    if (query.equals("retention")) {
      return request.method() == SdkHttpMethod.GET ? reading(path) : extending(path);
    }
    Optional<String> mode = request.firstMatchingHeader("x-amz-object-lock-mode");
    if (mode.isPresent() && refusal.isPresent()) {
      return refusal.get();
    }
    if (request.method() == SdkHttpMethod.DELETE) {
      objects.remove(path);
      return Answer.of(204, "");
    }
    if (query.equals("uploads")) {
      mode.ifPresent(_ -> lock(path, request));
      return Answer.of(
          200,
          "<InitiateMultipartUploadResult><UploadId>7</UploadId>"
              + "</InitiateMultipartUploadResult>");
    }
    if (query.contains("partNumber")) {
      return Answer.of(200, "").with("ETag", "\"e\"");
    }
    if (objects.putIfAbsent(path, true) != null) {
      return Answer.error(412, "PreconditionFailed");
    }
    if (query.isEmpty()) {
      mode.ifPresent(_ -> lock(path, request));
      return Answer.of(200, "");
    }
    return Answer.of(200, "<CompleteMultipartUploadResult/>");
  }

  private void lock(String path, SdkHttpRequest request) {
    if (!forgets) {
      locks.put(
          path,
          text(
              request.firstMatchingHeader("x-amz-object-lock-mode").orElse(""),
              request.firstMatchingHeader("x-amz-object-lock-retain-until-date").orElse("")));
    }
  }

  private Answer reading(String path) {
    if (nextReading.isPresent()) {
      Answer answer = nextReading.get();
      nextReading = Optional.empty();
      return answer;
    }
    String lock = locks.get(path);
    return lock == null ? Answer.error(404, "NoSuchObjectLockConfiguration") : Answer.of(200, lock);
  }

  private Answer extending(String path) {
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Matcher asked = RETENTION.matcher(lastBody.get());
    if (!asked.find()) {
      return Answer.error(400, "MalformedXML");
    }
    if (!forgets) {
      locks.put(path, text(asked.group(1), asked.group(2)));
    }
    return Answer.of(200, "");
  }
}
