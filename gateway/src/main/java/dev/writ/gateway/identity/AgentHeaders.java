package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.AgentBuild;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/** What a request says of the agent that sends it. Nobody but the agent vouches for it. */
final class AgentHeaders {

    static final String RELEASE = "Writ-Agent-Release";
    static final String MODEL = "Writ-Agent-Model";
    static final String PROMPT = "Writ-Agent-Prompt";

    private AgentHeaders() {}

    /** @throws Problem if a header is there twice or is not well formed */
    static AgentBuild read(MultiMap headers) {
        return new AgentBuild(claimed(headers, RELEASE), claimed(headers, MODEL), claimed(headers, PROMPT));
    }

    private static Optional<AgentBuild.Part> claimed(MultiMap headers, String name) {
        List<String> values = headers.getAll(name);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1 || !AgentBuild.Part.isWellFormed(values.get(0).strip())) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "Header " + name + " is sent once, with 1 to 128 letters, digits and '._:/@+-'.");
        }
        return Optional.of(new AgentBuild.Part(values.get(0).strip(), AgentBuild.Word.CLAIMED));
    }
}
