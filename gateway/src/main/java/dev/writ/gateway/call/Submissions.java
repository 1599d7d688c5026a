package dev.writ.gateway.call;

import dev.writ.audit.Pseudonyms;
import dev.writ.connect.Dialogue;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.identity.Sessions;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Checks a submission for everything that needs no rule. What fails here is the caller's to mend and decides nothing. */
@ApplicationScoped
class Submissions {

    private final Catalog catalog;
    private final Directory directory;
    private final Sessions sessions;
    private final Pseudonyms pseudonyms;
    private final Erasures erasures;
    private final CallConfig config;
    private final SecureRandom random;
    private final InstantSource clock;

    Submissions(
            Catalog catalog,
            Directory directory,
            Sessions sessions,
            Pseudonyms pseudonyms,
            Erasures erasures,
            CallConfig config,
            SecureRandom random,
            InstantSource clock) {
        this.catalog = catalog;
        this.directory = directory;
        this.sessions = sessions;
        this.pseudonyms = pseudonyms;
        this.erasures = erasures;
        this.config = config;
        this.random = random;
        this.clock = clock;
    }

    Uni<Attempt> check(Submission submission, Principal principal) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        PinnedTool tool = tool(submission.tool());
        JsonObject arguments = submission.arguments();
        // It is denied in any case, and recorded; what is wrong with the arguments would tell what the tool takes.
        if (directory.mayCall(principal.client(), tool.definition().name())) {
            requireFits(submission, tool);
        }
        ToolCall call = new ToolCall(
                CallId.mint(now, random),
                key(submission.key()),
                tool.definition().name(),
                arguments,
                submission.session(),
                purpose(submission.purpose()));
        Identity identity = new Identity(
                principal.agent(), principal.onBehalfOf().map(pseudonyms::of).orElse(Identity.NOBODY));
        erasures.requireNotErased(identity.subjectKey(), List.of());
        Attempt attempt = new Attempt(
                call,
                principal,
                identity,
                tool.definition(),
                Optional.of(tool),
                submission.mode(),
                pseudonyms.mac("arguments", call.arguments().toJson()),
                now,
                now.plus(config.deadline()),
                new Round.Submitted(),
                Dialogue.NONE);
        return call.session()
                .map(session -> sessions.check(session, identity.agent(), principal.onBehalfOf())
                        .map(mine -> {
                            if (!mine) {
                                throw new Problem(
                                        ProblemType.NOT_FOUND,
                                        "There is no session of this agent and person with that id.");
                            }
                            return attempt;
                        }))
                .orElseGet(() -> Uni.createFrom().item(attempt));
    }

    private static void requireFits(Submission submission, PinnedTool tool) {
        if (tool.isExternal() && submission.mode() == Mode.EXECUTE) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "Somebody else carries out this tool. Submit with mode 'decide', and act only on an allow.");
        }
        if (submission.mode() == Mode.REHEARSE && tool.sandbox().isEmpty()) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "This tool cannot be rehearsed: its connector has no sandbox. An operator declares one with 'sandbox'; mode"
                            + " 'decide' asks for a decision alone, and counts. Nothing was decided.");
        }
        List<String> problems = tool.argumentProblems(submission.arguments());
        if (!problems.isEmpty()) {
            throw new Problem(
                            ProblemType.INVALID_ARGUMENTS,
                            "Correct the arguments and submit again: " + problems.get(0) + ". Nothing was executed.")
                    .with("problems", JsonArray.ofTexts(problems));
        }
    }

    void requireCalled(String tool, String own) {
        if (!tool(tool).isCalled(own)) {
            throw new Problem(
                    ProblemType.NOT_FOUND,
                    "There is a tool whose name is spelled otherwise, and whom it is of may have both. Spell it as it is listed.");
        }
    }

    private PinnedTool tool(String name) {
        return Optional.of(name)
                .filter(ToolName::isWellFormed)
                .flatMap(known -> catalog.tool(ToolName.parse(known)))
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "There is no such tool. GET /v1/tools lists those there are."));
    }

    private Optional<String> key(Optional<String> key) {
        key.filter(text -> text.isEmpty() || text.length() > config.maxKeyLength())
                .ifPresent(text -> {
                    throw new Problem(
                            ProblemType.MALFORMED, "'key' has 1 to " + config.maxKeyLength() + " characters.");
                });
        return key;
    }

    private Optional<String> purpose(Optional<String> purpose) {
        purpose.filter(text -> text.length() > config.maxPurposeLength()).ifPresent(text -> {
            throw new Problem(
                    ProblemType.MALFORMED, "'purpose' has " + config.maxPurposeLength() + " characters at most.");
        });
        return purpose;
    }
}
