package dev.writ.rules;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of facts that a rule may ask about; {@link FactFields} says what of them. */
enum FactType {
    TOOL_CALL("ToolCall"),
    PRINCIPAL("Principal"),
    TOOL("Tool"),
    NOW("Now"),
    PAST("Past"),
    ORIGIN("Origin");

    private final String written;

    FactType(String written) {
        this.written = written;
    }

    String written() {
        return written;
    }

    /** The type of that name, of which there is one fact per decision. */
    static Optional<FactType> single(String written) {
        return Arrays.stream(values())
                .filter(type -> type != PAST && type != ORIGIN && type.written.equals(written))
                .findFirst();
    }
}
