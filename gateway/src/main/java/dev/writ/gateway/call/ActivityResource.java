package dev.writ.gateway.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.AgentBuild;
import dev.writ.rules.BudgetUse;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where auditors see which releases of an agent have called, and how much of its budgets is used. */
@Path("/v1/agents")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Agents")
public class ActivityResource {

    private final Activity activity;
    private final Callers callers;

    ActivityResource(Activity activity, Callers callers) {
        this.activity = activity;
        this.callers = callers;
    }

    /**
     * What was said of one part of an agent.
     *
     * @param attested whether an issuer whom the operator trusts signed it; else it is the agent's own word
     */
    public record Part(String value, boolean attested) {

        static Part of(AgentBuild.Part part) {
            return new Part(part.value(), part.isAttested());
        }
    }

    /**
     * What an agent said that it is made of.
     *
     * @param prompt digest of its instructions
     * @param first time of its first decision that was looked at
     * @param calls decisions that were looked at
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Release(
            Optional<Part> release,
            Optional<Part> model,
            Optional<Part> prompt,
            Instant first,
            Instant last,
            long calls) {

        static Release of(Activity.Release found) {
            AgentBuild build = found.build();
            return new Release(
                    build.release().map(Part::of),
                    build.model().map(Part::of),
                    build.prompt().map(Part::of),
                    found.first(),
                    found.last(),
                    found.calls());
        }
    }

    /**
     * The newest first.
     *
     * @param decisions how many were looked at: the newest 1,000 at most
     */
    public record Releases(List<Release> items, int decisions) {}

    /**
     * A limit of a rule on what adds up, and how much of it is used.
     *
     * @param tool of the call that it would count for
     * @param subject pseudonym of the person of that call; {@code -} if nobody
     * @param call the newest one of that tool and person
     * @param effect {@code deny} or {@code escalate} beyond the limit, or {@code allow} up to it
     * @param earlier the calls that are added up, as the rule says it
     * @param whose {@code identity} (of this agent for this person), {@code person}, {@code tool} or {@code fleet}
     * @param window how far back they are added up, ISO 8601; absent if all of them count
     * @param counts what is compared: their number ("calls") or a {@code sum} of numbers in them
     * @param used absent if it cannot be told, and then the rule denies
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Budget(
            String tool,
            String subject,
            String call,
            Instant at,
            String bundle,
            String rule,
            String effect,
            String reason,
            String earlier,
            String whose,
            Optional<String> window,
            String counts,
            BigDecimal limit,
            Optional<BigDecimal> used,
            Optional<BigDecimal> left) {

        static Budget of(Activity.Budget budget) {
            BudgetUse use = budget.use();
            return new Budget(
                    budget.tool().value(),
                    budget.subject(),
                    budget.call(),
                    budget.at(),
                    use.bundle(),
                    use.rule(),
                    use.effect().text(),
                    use.reason(),
                    use.earlier(),
                    use.scope().text(),
                    use.window().map(Object::toString),
                    use.isCount() ? "calls" : "sum",
                    use.limit(),
                    use.used(),
                    use.left());
        }
    }

    /** What there is of them. */
    public record Budgets(List<Budget> items) {}

    @GET
    @Path("{name}/releases")
    @Operation(
            summary = "Which releases of an agent have called lately",
            description = "What its newest 1,000 decisions say of its release, model and prompt, the newest first.")
    @APIResponse(responseCode = "200", description = "None if it has not called")
    public Uni<Releases> releases(@PathParam("name") String name) {
        return activity.releases(callers.caller(), agent(name))
                .map(found ->
                        new Releases(found.releases().stream().map(Release::of).toList(), found.decisions()));
    }

    @GET
    @Path("{name}/budgets")
    @Operation(
            summary = "How much an agent has used of what rules let add up",
            description =
                    "For calls like its newest one of each tool and person, of its newest 100, as the rules of now add up. A limit is a"
                            + " count or a sum in an accumulate that a rule compares with a number.")
    @APIResponse(
            responseCode = "200",
            description = "None if it has not called, or no rule about its calls has such a limit")
    public Uni<Budgets> budgets(@PathParam("name") String name) {
        return activity.budgets(callers.caller(), agent(name))
                .map(found -> new Budgets(found.stream().map(Budget::of).toList()));
    }

    private static String agent(String name) {
        return QueryParameters.name("name", name).orElseThrow();
    }
}
