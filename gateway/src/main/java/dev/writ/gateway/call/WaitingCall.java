package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.connect.Dialogue;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Edited;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.AgentBuild;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A call that waited for people, read back from the log with its inputs.
 *
 * @param waiting the entry that made it wait
 */
record WaitingCall(Recorded waiting, Approval approval) {

    private Entry entry() {
        return waiting.entry();
    }

    private Optional<JsonObject> facts() {
        return CallEntries.input(entry(), CallEntries.FACTS);
    }

    ToolName tool() {
        return CallEntries.tool(entry());
    }

    /** Digest of the tool's definition as it was when the call was submitted. */
    Digest definition() {
        return new Digest(entry().body().text("definition").orElseThrow());
    }

    /** The arguments as the agent submitted them; empty once they were erased. */
    Optional<JsonObject> submitted() {
        return facts().flatMap(input -> input.object("arguments"));
    }

    /** The arguments as they are now, with what approvers have changed; empty once they were erased. */
    Optional<JsonObject> arguments() {
        return submitted()
                .flatMap(submitted -> approval.edited().map(Edited::arguments).orElse(Optional.of(submitted)));
    }

    /** The same as approvers see them; empty once they were erased. */
    Optional<JsonObject> shown() {
        return approval.edited().isPresent()
                ? approval.escalation().view().object("arguments")
                : facts().flatMap(CallEntries::sent);
    }

    String argumentsMac(Pseudonyms pseudonyms) {
        return approval.edited()
                .flatMap(Edited::arguments)
                .map(arguments -> pseudonyms.mac("arguments", arguments.toJson()))
                .orElseGet(() -> entry().body().text("argumentsMac").orElseThrow());
    }

    Round approved() {
        return new Round.Approved(
                waiting.index(),
                approval.grants(),
                shown().orElse(JsonObject.empty()),
                submitted().filter(arguments -> approval.edited().isPresent()),
                Optional.empty());
    }

    /** The call with those arguments, about to be decided. */
    Attempt attempt(
            JsonObject arguments,
            String argumentsMac,
            ToolDefinition definition,
            Optional<PinnedTool> pinned,
            Instant now,
            Instant deadline,
            Round round) {
        ToolCall call = new ToolCall(
                CallEntries.call(entry()),
                // It has named the first decision.
                Optional.empty(),
                tool(),
                arguments,
                entry().column(Column.SESSION),
                facts().flatMap(input -> input.text("purpose")));
        return new Attempt(
                call,
                principal(),
                Identity.of(entry()).orElseThrow(),
                definition,
                pinned,
                CallEntries.mode(entry()),
                argumentsMac,
                now,
                deadline,
                round,
                // Whoever submitted it has been told that it waits.
                Dialogue.NONE);
    }

    private Principal principal() {
        JsonObject body = entry().body();
        return new Principal(
                entry().column(Column.AGENT).orElseThrow(),
                facts().flatMap(input -> input.text("onBehalfOf")),
                body.text("client").orElseThrow(),
                facts().flatMap(input -> input.array("actorChain"))
                        .map(JsonArray::texts)
                        .orElse(List.of()),
                body.array("roles").map(JsonArray::texts).orElse(List.of()).stream()
                        .map(Role::parse)
                        .collect(Collectors.toSet()),
                body.text("assurance").orElseThrow(),
                body.object("agentBuild").map(AgentBuild::fromJson).orElse(AgentBuild.UNKNOWN));
    }
}
