package io.mockupaws.app.main;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals, Ctrl-C above all. Java's own way ends the process at the first one and hears no second;
 * its module {@code jdk.unsupported} hears each. It is reached by reflection: the compiler warns of
 * its every use.
 */
final class Interrupts {
  private Interrupts() {}

  /** Calls something at each Ctrl-C, in a thread of its own, in place of ending the process. */
  static void onEach(Runnable action) {
    onEach("INT", action);
  }

  /**
   * The same at another signal.
   *
   * @param name without {@code SIG}
   */
  static void onEach(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler calls =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  action.run();
                  yield null;
                }
                case "equals" ->
                    System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "Ctrl-C";
              };
      Object ours =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(), new Class<?>[] {handler}, calls);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Java's own way stays: the first Ctrl-C asks, and patience ends what does not.
    }
  }
}
