package dev.writ.connect.mcp;

import java.util.function.Function;

/** A server did not do what Writ asked for by itself, such as a list. The message holds nothing that the server wrote. */
final class ServerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Cause why;

    /** Why. */
    sealed interface Cause {
        <R> R fold(Function<Ended, R> ended, Function<Failed, R> failed);
    }

    /** There is no answer. */
    record Ended(Ending ending) implements Cause {
        @Override
        public <R> R fold(Function<Ended, R> ended, Function<Failed, R> failed) {
            return ended.apply(this);
        }
    }

    /** The answer is an error. */
    record Failed(Message.Failure failure) implements Cause {
        @Override
        public <R> R fold(Function<Ended, R> ended, Function<Failed, R> failed) {
            return failed.apply(this);
        }
    }

    private ServerException(Cause why, String message) {
        super(message);
        this.why = why;
    }

    static ServerException of(Ending ending) {
        return new ServerException(new Ended(ending), ending.reason());
    }

    static ServerException of(String method, Message.Failure failure) {
        return new ServerException(
                new Failed(failure), "the server answered '" + method + "' with error " + failure.code());
    }

    static ServerException because(String reason) {
        return of(new Ending.Broken(reason));
    }

    Cause why() {
        return why;
    }

    boolean isSessionGone() {
        return why.fold(ended -> ended.ending() instanceof Ending.SessionGone, failed -> false);
    }
}
