package dev.writ.gateway.export;

import java.util.function.Consumer;

/** What a run wrote. */
record Tally(long written, long skipped, long pruned) {

    static final Tally NOTHING = new Tally(0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(written + other.written, skipped + other.skipped, pruned + other.pruned);
    }

    Export.Result result(ExportPlan plan, boolean continued, Consumer<ExportPlan> finish) {
        finish.accept(plan);
        return new Export.Result(plan, written, skipped, pruned, continued);
    }
}
