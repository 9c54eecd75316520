package io.mockupaws.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Answers the SDK's requests in place of S3, for answers that no server at hand gives. */
final class AnsweringHttpClient implements SdkHttpClient {
  private final Function<SdkHttpRequest, Answer> answers;
  private final List<SdkHttpRequest> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());

  /**
   * What S3 says.
   *
   * @param failsAfter whether the body ends with a broken connection
   */
  record Answer(int status, Map<String, String> headers, String body, boolean failsAfter) {
    static Answer of(int status, String body) {
      return new Answer(status, Map.of(), body, false);
    }

    static Answer error(int status, String code) {
      return of(status, "<Error><Code>" + code + "</Code><Message>said so</Message></Error>");
    }

    Answer with(String name, String value) {
      Map<String, String> all = new HashMap<>(headers);
      all.put(name, value);
      return new Answer(status, all, body, failsAfter);
    }

    Answer broken() {
      return new Answer(status, headers, body, true);
    }
  }

  AnsweringHttpClient(Function<SdkHttpRequest, Answer> answers) {
    this.answers = answers;
  }

  /** All requests so far, as "METHOD host path?query". */
  List<String> requests() {
    return requests.stream()
        .map(
            request ->
                request.method()
                    + " "
                    + request.host()
                    + " "
                    + request.encodedPath()
                    + request.encodedQueryParameters().map(query -> "?" + query).orElse(""))
        .toList();
  }

  /** The values of a header, one of each request. */
  List<String> header(String name) {
    return requests.stream().map(r -> r.firstMatchingHeader(name).orElse("-")).toList();
  }

  /** The bodies of the requests that had one, as text. */
  List<String> bodies() {
    return List.copyOf(bodies);
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        requests.add(request.httpRequest());
        if (request.contentStreamProvider().isPresent()) {
          try (InputStream body = request.contentStreamProvider().get().newStream()) {
            bodies.add(new String(body.readAllBytes(), StandardCharsets.UTF_8));
          }
        }
        return response(answers.apply(request.httpRequest()));
      }

      @Override
      public void abort() {
        // Nothing is under way.
      }
    };
  }

  private static HttpExecuteResponse response(Answer answer) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    InputStream stream = new ByteArrayInputStream(body);
    var head =
        SdkHttpFullResponse.builder()
            .statusCode(answer.status())
            .putHeader("Content-Length", String.valueOf(body.length));
    answer.headers().forEach(head::putHeader);
    return HttpExecuteResponse.builder()
        .response(head.build())
        .responseBody(
            AbortableInputStream.create(answer.failsAfter() ? new BreakingInput(stream) : stream))
        .build();
  }

  @Override
  public void close() {
    // Nothing is held.
  }

  private static final class BreakingInput extends java.io.FilterInputStream {
    BreakingInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value < 0) {
        throw new java.net.SocketException("Connection reset");
      }
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count < 0) {
        throw new java.net.SocketException("Connection reset");
      }
      return count;
    }
  }
}
