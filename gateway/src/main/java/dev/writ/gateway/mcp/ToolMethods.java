package dev.writ.gateway.mcp;

import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The tools that a principal may call, and calling them. */
@ApplicationScoped
class ToolMethods {

    private final ToolCalls calls;
    private final ToolNames names;
    private final Lists lists;
    private final StatusTool status;
    private final AnswerTool answers;
    private final Ladder ladder;
    private final Governed governed;

    ToolMethods(
            ToolCalls calls,
            ToolNames names,
            Lists lists,
            StatusTool status,
            AnswerTool answers,
            Ladder ladder,
            Governed governed) {
        this.calls = calls;
        this.names = names;
        this.lists = lists;
        this.status = status;
        this.answers = answers;
        this.ladder = ladder;
        this.governed = governed;
    }

    JsonObject list(Asked asked) {
        Set<ToolName> callable = calls.tools(Submitting.onBehalfOf(asked)).stream()
                .map(tool -> tool.definition().name())
                .collect(Collectors.toSet());
        SortedMap<String, JsonObject> tools = new TreeMap<>();
        for (Map.Entry<String, PinnedTool> tool : names.all().entrySet()) {
            if (callable.contains(tool.getValue().definition().name())) {
                tools.put(
                        tool.getKey(),
                        ToolView.of(tool.getKey(), tool.getValue().definition()));
            }
        }
        tools.put(StatusTool.NAME, StatusTool.definition());
        tools.put(AnswerTool.NAME, AnswerTool.definition());
        return lists.page(asked, "tools", tools);
    }

    Uni<JsonObject> call(Visit visit) {
        Asked asked = visit.asked();
        if (asked.text("name").equals(StatusTool.NAME)) {
            return status.call(visit, Submitting.arguments(asked));
        }
        if (asked.text("name").equals(AnswerTool.NAME)) {
            return answers.call(Submitting.arguments(asked));
        }
        PinnedTool tool = names.find(asked.text("name"))
                .orElseThrow(() -> McpException.invalid("There is no such tool. tools/list has those there are."));
        Submission submission = Submitting.of(asked, tool.definition().name(), Submitting.arguments(asked));
        boolean isMcp = tool.definition().published().isPresent();
        return Uni.createFrom()
                .deferred(() -> governed.submit(visit, submission))
                .invoke(state -> PlainCalls.missing(asked.revision(), state).ifPresent(missing -> {
                    throw missing;
                }))
                .chain(state -> governed.input(visit, state)
                        .map(input -> Uni.createFrom().item(input))
                        .orElseGet(() -> ladder.answer(visit, state, isMcp)))
                .onFailure(Problem.class)
                .recoverWithItem(failure -> CallResults.of(failure));
    }
}
