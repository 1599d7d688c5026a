package dev.writ.gateway.approval;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.Requirement;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where approvers say who stands for them for a while. */
@Path("/v1/delegations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Delegations")
public class DelegationResource {

    private static final int MOST_GROUPS = 100;
    private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private final Delegations delegations;
    private final Callers callers;

    DelegationResource(Delegations delegations, Callers callers) {
        this.delegations = delegations;
        this.callers = callers;
    }

    /**
     * What somebody lends.
     *
     * @param to the principal who is to stand for the caller; an approver
     * @param groups of the caller's own key
     * @param until from then on nobody does; at most {@code writ.approval.max-delegation} from now
     * @param reason why, in 1 to 1,000 characters
     */
    public record Lending(
            @Nullable String to,
            @Nullable List<String> groups,
            @Nullable String until,
            @Nullable String reason) {}

    /**
     * A delegation as it is listed.
     *
     * @param from the principal who lent the groups
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Item(
            String id, String from, String to, Set<String> groups, Instant at, Instant until, Optional<String> reason) {

        static Item of(Delegation delegation) {
            return new Item(
                    delegation.id(),
                    delegation.lender(),
                    delegation.to(),
                    delegation.groups(),
                    delegation.at(),
                    delegation.until(),
                    delegation.reason());
        }
    }

    @POST
    @RolesAllowed("approver")
    @Operation(summary = "Let another approver stand for you, in groups of your own key, until a time")
    @APIResponse(
            responseCode = "201",
            description = "In force until then, or until it, or the key it was made with, is revoked")
    @APIResponse(responseCode = "403", description = "Your own key does not list one of the groups")
    @APIResponse(responseCode = "429", description = "As many delegations of yours are in force as may be")
    @APIResponse(responseCode = "422", description = "'to' is you or no approver, or 'until' is too far away")
    public Uni<RestResponse<Item>> lend(Lending lending) {
        String to = Optional.ofNullable(lending.to())
                .filter(name -> NAME.matcher(name).matches())
                .orElseThrow(() -> malformed("'to' is the principal who is to stand for you."));
        return delegations
                .lend(
                        callers.approver(),
                        to,
                        groups(lending.groups()),
                        until(lending.until()),
                        RequestFields.reason(lending.reason()))
                .map(delegation -> RestResponse.status(RestResponse.Status.CREATED, Item.of(delegation)));
    }

    @GET
    @RolesAllowed({"approver", "auditor", "operator", "admin"})
    @Operation(summary = "Who stands for whom now; approvers see what they lent and what was lent to them")
    @APIResponse(responseCode = "200", description = "One page, those that end first first")
    public Page<Item> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        Approver caller = callers.approver();
        List<Delegation> seen = delegations.live().stream()
                .filter(delegation -> seesAll(caller) || Delegations.isOf(delegation, caller.name()))
                .filter(delegation -> page.after().isEmpty() || key(delegation).compareTo(page.after()) > 0)
                .limit(page.rows())
                .toList();
        return page.of(seen, DelegationResource::key, Item::of);
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed({"approver", "admin"})
    @Operation(summary = "End a delegation before its time; for whoever lent, whoever was lent to, and administrators")
    @APIResponse(responseCode = "204", description = "Nobody stands for them by it any more")
    @APIResponse(responseCode = "404", description = "There is no such delegation of yours")
    public Uni<Void> end(@PathParam("id") String id) {
        Approver caller = callers.approver();
        return delegations.end(caller, id, !caller.principal().has(Role.ADMIN)).replaceWithVoid();
    }

    private static boolean seesAll(Approver caller) {
        return Set.of(Role.AUDITOR, Role.OPERATOR, Role.ADMIN).stream()
                .anyMatch(role -> caller.principal().has(role));
    }

    /** As they are listed. */
    private static String key(Delegation delegation) {
        return delegation.until() + "/" + delegation.id();
    }

    private static Set<String> groups(@Nullable List<String> groups) {
        return Optional.ofNullable(groups)
                .filter(some -> !some.isEmpty()
                        && some.size() <= MOST_GROUPS
                        && some.stream().allMatch(group -> group != null && Requirement.isGroup(group)))
                .<Set<String>>map(HashSet::new)
                .orElseThrow(() -> malformed("'groups' lists groups of your own key."));
    }

    private static Instant until(@Nullable String text) {
        try {
            return Instant.parse(Objects.requireNonNullElse(text, "")).truncatedTo(ChronoUnit.SECONDS);
        } catch (DateTimeException unreadable) {
            throw malformed("'until' is a time such as 2026-01-31T18:00:00Z.");
        }
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail + " Nothing was recorded.");
    }
}
