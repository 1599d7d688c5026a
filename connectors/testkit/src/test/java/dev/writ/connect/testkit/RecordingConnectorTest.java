package dev.writ.connect.testkit;

final class RecordingConnectorTest extends ConnectorContract {

    @Override
    protected Bench bench() {
        return new RecordingBench();
    }
}
