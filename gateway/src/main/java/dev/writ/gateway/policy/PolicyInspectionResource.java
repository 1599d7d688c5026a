package dev.writ.gateway.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.AgentBuild;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolName;
import dev.writ.rules.CaseRun;
import dev.writ.rules.Explanation;
import dev.writ.rules.LintFinding;
import dev.writ.rules.TestReport;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where authors try a bundle out before they publish it. */
@Path("/v1/policies")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({"author", "reviewer"})
@Tag(name = "Policies")
public class PolicyInspectionResource {

    private static final int LONGEST_NAME = 128;

    private final Inspections inspections;

    PolicyInspectionResource(Inspections inspections) {
        this.inspections = inspections;
    }

    /**
     * Something that lint found.
     *
     * @param id of the check, such as {@code W012}
     * @param level {@code error}, {@code warning} or {@code info}
     * @param line from 1; 0 if it is about the whole file
     */
    public record Finding(String id, String check, String level, String file, int line, int column, String message) {

        static Finding of(LintFinding finding) {
            return new Finding(
                    finding.check().id(),
                    finding.check().text(),
                    finding.check().level().text(),
                    finding.file(),
                    finding.line(),
                    finding.column(),
                    finding.message());
        }
    }

    /**
     * A case of the bundle.
     *
     * @param came what came out, and by which rules
     * @param failure what was expected instead; absent if it passed
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Case(String name, String file, int line, String came, Optional<String> failure) {

        static Case of(CaseRun run) {
            return new Case(
                    run.result().name(),
                    run.result().file(),
                    run.result().line(),
                    run.came(),
                    run.result().fold(passed -> Optional.empty(), failed -> Optional.of(failed.reason())));
        }
    }

    /**
     * What lint and the bundle's own cases say.
     *
     * @param publishable whether it could be published now, as far as its files go
     * @param cases none if it does not compile
     */
    public record Inspected(boolean publishable, List<Finding> findings, List<Case> cases) {

        static Inspected of(Inspections.Inspected inspected) {
            return new Inspected(
                    inspected.report().map(TestReport::isPassed).orElse(false),
                    inspected.findings().stream().map(Finding::of).toList(),
                    inspected.report().map(TestReport::cases).orElse(List.of()).stream()
                            .map(Case::of)
                            .toList());
        }
    }

    /**
     * A call to try a bundle on.
     *
     * @param files as they would be published
     * @param agent that makes the call; {@code agent} if nobody is named
     * @param onBehalfOf the person it acts for, if anybody
     */
    public record Try(
            @Nullable Map<String, String> files,
            @Nullable String tool,
            @Nullable JsonObject arguments,
            @Nullable String agent,
            @Nullable String onBehalfOf) {

        @Override
        public String toString() {
            return "Try[" + tool + "]";
        }
    }

    /**
     * A condition of a rule.
     *
     * @param state {@code holds}, {@code fails}, {@code undefined}, {@code doubtful} or {@code not-asked}
     * @param change of an argument that would make it hold, for people
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Condition(String text, String state, Optional<String> change) {

        static Condition of(Explanation.Part part) {
            return new Condition(
                    part.text(),
                    PolicyInspectionResource.text(part.state()),
                    part.change().map(Explanation.Change::toString));
        }
    }

    /**
     * What a rule says of the call.
     *
     * @param says its effect, if it holds
     */
    public record Opinion(
            String rule, String file, int line, String says, String reason, String state, List<Condition> conditions) {

        static Opinion of(Explanation.Rule rule) {
            return new Opinion(
                    rule.name(),
                    rule.file(),
                    rule.line(),
                    rule.says(),
                    rule.reason(),
                    PolicyInspectionResource.text(rule.state()),
                    rule.parts().stream().map(Condition::of).toList());
        }
    }

    /**
     * What the bundle alone says of a call that nothing went before.
     *
     * @param effect {@code allow}, {@code deny} or {@code escalate}
     * @param decidedBy rules; none if no rule spoke, which denies
     * @param nearest the rule that came closest to allowing it; absent if it is allowed, or none could
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Tried(String effect, List<String> decidedBy, List<Opinion> rules, Optional<String> nearest) {

        static Tried of(Explanation explanation) {
            return new Tried(
                    explanation.decision().effect().text(),
                    explanation.decision().deciding().stream()
                            .map(verdict -> verdict.rule())
                            .toList(),
                    explanation.rules().stream().map(Opinion::of).toList(),
                    explanation.nearest().map(nearest -> nearest.rule().name()));
        }
    }

    @POST
    @Path("inspect")
    @Operation(
            summary = "What lint and its own cases say of a bundle",
            description = "Publishes and records nothing. The tools are those that are pinned now.")
    @APIResponse(responseCode = "200", description = "Findings, and how each case came out")
    @APIResponse(responseCode = "400", description = "'files' holds the text of each file by its path")
    @APIResponse(responseCode = "429", description = "Others are trying out bundles here")
    public Uni<Inspected> inspect(PolicyResource.Publishing asked) {
        return inspections.inspect(files(asked.files())).map(Inspected::of);
    }

    @POST
    @Path("try")
    @Operation(
            summary = "What a bundle alone would say of a call that nothing went before, and why",
            description = "Publishes and records nothing, and calls no tool.")
    @APIResponse(responseCode = "200", description = "The decision, and what each rule asked of the call")
    @APIResponse(
            responseCode = "422",
            description = "The bundle cannot be used, or the call is none of a tool that is there")
    @APIResponse(responseCode = "429", description = "Others are trying out bundles here")
    public Uni<Tried> tryOut(Try asked) {
        ToolName tool = Optional.ofNullable(asked.tool())
                .filter(ToolName::isWellFormed)
                .map(ToolName::parse)
                .orElseThrow(() -> malformed("'tool' is the name of a tool, such as billing.refund."));
        Principal caller = new Principal(
                name("agent", asked.agent()).orElse("agent"),
                name("onBehalfOf", asked.onBehalfOf()),
                "",
                List.of(),
                Set.of(Role.AGENT),
                "key",
                AgentBuild.UNKNOWN);
        JsonObject arguments = Optional.ofNullable(asked.arguments()).orElse(JsonObject.empty());
        return inspections
                .explain(files(asked.files()), tool, arguments, caller)
                .map(Tried::of);
    }

    private static Map<String, String> files(@Nullable Map<String, String> files) {
        return Optional.ofNullable(files)
                .filter(texts -> !texts.isEmpty() && texts.values().stream().allMatch(Objects::nonNull))
                .orElseThrow(() -> malformed("'files' holds the text of each file by its path in the bundle."));
    }

    private static Optional<String> name(String member, @Nullable String text) {
        Optional<String> name = Optional.ofNullable(text).filter(given -> !given.isBlank());
        if (name.filter(given -> given.length() > LONGEST_NAME).isPresent()) {
            throw malformed("'" + member + "' has " + LONGEST_NAME + " characters at most.");
        }
        return name;
    }

    private static String text(Explanation.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
