package dev.writ.connect.mcp;

import dev.writ.connect.testkit.Bench;
import dev.writ.connect.testkit.ConnectorContract;

final class ProgramContractTest extends ConnectorContract {

    @Override
    protected Bench bench() {
        return new ProgramBench();
    }
}
