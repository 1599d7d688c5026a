package dev.writ.gateway.catalog;

import dev.writ.connect.testkit.RecordingConnector;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens banks without reading a document. */
final class FakeTechnology implements Technology {

    private final List<RecordingConnector> opened = new CopyOnWriteArrayList<>();
    private volatile Secrets credential = Secrets.NONE;
    private volatile Optional<RecordingConnector> next = Optional.empty();

    /** Opens that one from now on. */
    void offer(RecordingConnector connector) {
        next = Optional.of(connector);
    }

    List<RecordingConnector> opened() {
        return List.copyOf(opened);
    }

    /** The one that came with the settings opened last. */
    Secrets credential() {
        return credential;
    }

    @Override
    public Preparation open(ConnectorSettings settings, Secrets secrets) {
        RecordingConnector connector = next.orElseGet(Bank::connector);
        opened.add(connector);
        credential = secrets;
        return OpenConnector.check(settings, connector, List.of(), 10);
    }
}
