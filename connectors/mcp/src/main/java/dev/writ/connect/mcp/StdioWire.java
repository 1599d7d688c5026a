package dev.writ.connect.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Standard input and output of a program: one message on a line, all requests on the same way. */
final class StdioWire implements Wire {

    /** So many lines wait to be looked at; a program that writes more has to wait. */
    private static final int MOST_LINES = 64;

    private final McpConnectorSettings settings;
    private final Context context;
    private final Consumer<Message> stray;
    private final Consumer<Wire> lost;
    private final Incoming incoming;
    private final Semaphore room = new Semaphore(MOST_LINES);
    private final Map<JsonValue, Receiver> waiting = new LinkedHashMap<>();
    private Optional<ChildProcess> child = Optional.empty();
    private Optional<String> gone = Optional.empty();

    StdioWire(McpConnectorSettings settings, Context context, Consumer<Message> stray, Consumer<Wire> lost) {
        this.settings = settings;
        this.context = context;
        this.stray = stray;
        this.lost = lost;
        this.incoming = new Incoming(settings.maxMessageBytes());
    }

    void start(Endpoint.Command command) {
        try {
            child = Optional.of(ChildProcess.start(
                    command, settings.name(), settings.maxMessageBytes(), new ChildProcess.Ear() {
                        @Override
                        public void line(byte[] line) {
                            room.acquireUninterruptibly();
                            onContext(() -> {
                                room.release();
                                read(line);
                            });
                        }

                        @Override
                        public void gone(String reason) {
                            onContext(() -> end(reason));
                        }
                    }));
        } catch (IOException notStarted) {
            gone = Optional.of("the program could not be started");
        }
    }

    /** From a thread of the child. */
    private void onContext(Runnable work) {
        try {
            context.runOnContext(now -> work.run());
        } catch (RejectedExecutionException over) {
            // Vert.x is closed, so nobody waits for anything; the child notices that its input is closed.
            child.ifPresent(ChildProcess::close);
            room.release();
        }
    }

    @Override
    public Ongoing send(Outgoing request, Receiver receiver) {
        if (gone.isPresent() || child.isEmpty()) {
            context.runOnContext(now -> receiver.ended(new Ending.Unsent(gone.orElse("the program was not started"))));
            return () -> {};
        }
        waiting.put(request.id(), receiver);
        if (!child.get().send(request.body().getBytes())) {
            waiting.remove(request.id());
            context.runOnContext(now -> receiver.ended(new Ending.Unsent("the program does not listen")));
            return () -> {};
        }
        receiver.sent();
        return () -> waiting.remove(request.id());
    }

    @Override
    public Future<Void> post(JsonObject message, Map<String, String> headers) {
        child.ifPresent(running -> running.send(message.toJson().getBytes(StandardCharsets.UTF_8)));
        return Future.succeededFuture();
    }

    /** They come without being asked for. */
    @Override
    public Ongoing listen(Map<String, String> headers, Receiver receiver) {
        receiver.head(MultiMap.caseInsensitiveMultiMap());
        return () -> {};
    }

    private void read(byte[] line) {
        Optional<Message> message = incoming.message(line);
        if (message.isEmpty()) {
            // Programs that write other things to their output are common, and harmless.
            return;
        }
        if (message.get() instanceof Message.Result result) {
            answered(result.id(), message.get(), line);
        } else if (message.get() instanceof Message.Failure failure) {
            failure.id().ifPresent(id -> answered(id, message.get(), line));
        } else {
            unasked(message.get(), line);
        }
    }

    private void answered(JsonValue id, Message message, byte[] line) {
        Receiver receiver = waiting.remove(id);
        if (receiver != null) {
            receiver.message(message, line);
        }
    }

    /** Only progress says which request it is about. */
    private void unasked(Message message, byte[] line) {
        receiver(message).ifPresentOrElse(receiver -> receiver.message(message, line), () -> stray.accept(message));
    }

    private Optional<Receiver> receiver(Message message) {
        return message instanceof Message.Notification told && told.method().equals("notifications/progress")
                ? told.params().get("progressToken").map(waiting::get)
                : Optional.empty();
    }

    private void end(String reason) {
        if (gone.isPresent()) {
            return;
        }
        gone = Optional.of(reason);
        List<Receiver> left = List.copyOf(waiting.values());
        waiting.clear();
        lost.accept(this);
        left.forEach(receiver -> receiver.ended(new Ending.Broken(reason)));
    }

    @Override
    public boolean closingCancels(boolean modern) {
        return false;
    }

    List<String> errors() {
        return child.map(ChildProcess::errors).orElseGet(List::of);
    }

    @Override
    public void close() {
        child.ifPresent(ChildProcess::close);
        end("the program was stopped");
    }
}
