package dev.writ.connect.http;

import dev.writ.connect.testkit.Bench;
import dev.writ.connect.testkit.ConnectorContract;

final class RpcConnectorContractTest extends ConnectorContract {

    @Override
    protected Bench bench() {
        return new RpcBench();
    }
}
