package dev.writ.connect.mcp;

import java.util.List;
import java.util.function.Function;

/** What became of opening a connector: a listing without any usable tool is a value, not an exception. */
public sealed interface Opening {

    <R> R fold(Function<Opened, R> opened, Function<Refused, R> refused);

    /**
     * The server can be called.
     *
     * @param skipped definitions that became no tool, each with the reason
     */
    record Opened(McpConnector connector, List<Skipped> skipped) implements Opening {
        public Opened {
            skipped = List.copyOf(skipped);
        }

        @Override
        public <R> R fold(Function<Opened, R> opened, Function<Refused, R> refused) {
            return opened.apply(this);
        }
    }

    /** Nothing was opened. */
    record Refused(List<Skipped> problems) implements Opening {
        public Refused {
            problems = List.copyOf(problems);
        }

        @Override
        public <R> R fold(Function<Opened, R> opened, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }
}
