package dev.writ.audit.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps a {@link SideSession} connected. Belongs to the event loop. */
final class Side {

    private static final Logger LOGGER = System.getLogger(Side.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Vertx vertx;
    private final Context loop;
    private final Function<Runnable, Future<SideSession>> connect;
    private @Nullable SideSession session;
    private int connections;
    private boolean isClosed;

    Side(Vertx vertx, Context loop, Function<Runnable, Future<SideSession>> connect) {
        this.vertx = vertx;
        this.loop = loop;
        this.connect = connect;
    }

    Future<Void> connect() {
        return connect.apply(() -> loop.runOnContext(lost -> reconnect())).map(connected -> {
            session = connected;
            connections++;
            if (isClosed) {
                connected.close();
            }
            return null;
        });
    }

    /** Tells connections apart; 0 while there is none. */
    int connection() {
        return session == null ? 0 : connections;
    }

    /** Asks something; fails at once while there is no connection. */
    <T> Future<T> ask(Function<SideSession, Future<T>> question) {
        SideSession current = session;
        return current == null
                ? Future.failedFuture(new DatabaseException("the database is not reachable"))
                : question.apply(current);
    }

    void close() {
        isClosed = true;
        if (session != null) {
            session.close();
        }
    }

    private void reconnect() {
        session = null;
        if (!isClosed) {
            connect().onFailure(unreachable -> {
                LOGGER.log(Level.DEBUG, "The database is not reachable", unreachable);
                vertx.setTimer(PAUSE.toMillis(), again -> reconnect());
            });
        }
    }
}
