package dev.writ.gateway.passkey;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.approval.Signature;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.model.JsonObject;
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
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where approvers register the passkeys that they sign with. */
@Path("/v1/passkeys")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Passkeys")
public class PasskeyResource {

    private static final int LONGEST_NAME = 64;

    private final Registrations registrations;
    private final Callers callers;

    PasskeyResource(Registrations registrations, Callers callers) {
        this.registrations = registrations;
        this.callers = callers;
    }

    /** Nothing to say. */
    public record Asking() {}

    /**
     * What a browser is asked so that it makes a passkey.
     *
     * @param publicKey {@code PublicKeyCredentialCreationOptionsJSON}
     */
    public record Creation(JsonObject publicKey) {}

    /**
     * What a browser is asked so that it signs.
     *
     * @param publicKey {@code PublicKeyCredentialRequestOptionsJSON}, whose challenge is the SHA-256 digest of the statement
     * @param statement what is signed: to be sent along with the signature, as it is
     */
    public record Challenge(JsonObject publicKey, JsonObject statement) {}

    /**
     * A passkey that a browser made.
     *
     * @param name for people, in 1 to 64 characters
     * @param credential what {@code navigator.credentials.create} answered, as its {@code toJSON} writes it
     */
    public record Registration(
            @Nullable String name, @Nullable JsonObject credential) {}

    /**
     * What confirms a passkey.
     *
     * @param assertion what {@code navigator.credentials.get} answered; without it the caller confirms somebody else's passkey
     * @param statement that it signs
     */
    public record Confirmation(
            @Nullable JsonObject assertion, @Nullable JsonObject statement) {}

    /**
     * One entry about a passkey.
     *
     * @param index of its entry in the log
     */
    public record Step(String by, Instant at, long index) {

        static Step of(Passkey.Step step) {
            return new Step(step.by(), step.at(), step.index());
        }
    }

    /**
     * A passkey as it is listed.
     *
     * @param owner the approver whose it is
     * @param state as {@link Passkey.State} has them
     * @param credential its id at the authenticator, in base64url
     * @param algorithm as COSE numbers it
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Shown(
            String id,
            String owner,
            String name,
            String state,
            String credential,
            int algorithm,
            Step registered,
            Optional<Step> confirmed,
            Optional<Step> revoked) {

        static Shown of(Passkey passkey) {
            return new Shown(
                    passkey.id(),
                    passkey.owner(),
                    passkey.name(),
                    passkey.state().text(),
                    passkey.key().credential(),
                    passkey.key().algorithm(),
                    Step.of(passkey.registered()),
                    passkey.confirmed().map(Step::of),
                    passkey.revoked().map(Step::of));
        }
    }

    @POST
    @Path("challenges")
    @RolesAllowed("approver")
    @Operation(
            summary = "Start to register a passkey",
            description = "'publicKey' is for PublicKeyCredential.parseCreationOptionsFromJSON and"
                    + " navigator.credentials.create. Send what that answers as 'credential' to POST /v1/passkeys.")
    @APIResponse(responseCode = "200", description = "What the browser is to be asked")
    @APIResponse(responseCode = "409", description = "This installation has no passkeys")
    public Creation challenge(@Nullable Asking asking) {
        return new Creation(registrations.creationOptions(callers.approver()));
    }

    @POST
    @RolesAllowed("approver")
    @Operation(
            summary = "Register a passkey of your own",
            description =
                    "It counts once an administrator or reviewer other than you has confirmed it, or another passkey of"
                            + " yours that counts already.")
    @APIResponse(responseCode = "201", description = "Registered, and still to be confirmed")
    @APIResponse(responseCode = "403", description = "It answers no challenge of yours, here, with its user verified")
    @APIResponse(responseCode = "409", description = "It is registered already, or you have too many")
    @APIResponse(responseCode = "422", description = "A key of its kind is not accepted")
    public Uni<RestResponse<Shown>> register(Registration registration) {
        JsonObject credential = registration.credential();
        if (credential == null) {
            throw malformed("'credential' is what navigator.credentials.create answered.");
        }
        return registrations
                .register(callers.approver(), name(registration.name()), credential)
                .map(passkey -> RestResponse.ResponseBuilder.<Shown>created(URI.create("/v1/passkeys/" + passkey.id()))
                        .entity(Shown.of(passkey))
                        .build());
    }

    @GET
    @RolesAllowed({"approver", "admin", "reviewer", "auditor"})
    @Operation(
            summary = "The passkeys there are; approvers see their own",
            description = "Those that are unconfirmed or live; with state=revoked those that were revoked.")
    @APIResponse(responseCode = "200", description = "One page, by id")
    @APIResponse(responseCode = "400", description = "'state' is none that is listed apart")
    public Uni<Page<Shown>> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable Integer limit) {
        if (state == null) {
            return Uni.createFrom().item(list(cursor, limit));
        }
        if (!state.equals(Passkey.State.REVOKED.text())) {
            throw malformed("'state' is revoked, or left out for all others.");
        }
        return registrations
                .revoked(callers.approver(), Page.Request.of(cursor, limit))
                .map(page -> new Page<>(page.items().stream().map(Shown::of).toList(), page.next()));
    }

    /** Those that are unconfirmed or live, by id. */
    public Page<Shown> list(@Nullable String cursor, @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        List<Passkey> rest = registrations.list(callers.approver()).stream()
                .filter(passkey -> passkey.id().compareTo(page.after()) > 0)
                .limit(page.rows())
                .toList();
        return page.of(rest, Passkey::id, Shown::of);
    }

    @GET
    @Path("{id}/challenge")
    @RolesAllowed("approver")
    @Operation(summary = "What another passkey of yours signs to confirm this one")
    @APIResponse(responseCode = "200", description = "The statement, and the request for a signature of its digest")
    @APIResponse(responseCode = "404", description = "You have no passkey of this id")
    @APIResponse(responseCode = "409", description = "It is confirmed already, or you have none that counts")
    public Uni<Challenge> confirmation(@PathParam("id") String id) {
        Approver by = callers.approver();
        return registrations
                .statement(id, by)
                .map(statement -> new Challenge(registrations.requestOptions(statement, by), statement));
    }

    @POST
    @Path("{id}/confirm")
    @RolesAllowed({"approver", "admin", "reviewer"})
    @Operation(
            summary = "Let a passkey count",
            description =
                    "Somebody else's, as an administrator or reviewer who has made sure whose it is; or your own, by"
                            + " another passkey of yours.")
    @APIResponse(responseCode = "200", description = "It counts from this entry on")
    @APIResponse(responseCode = "403", description = "It is your own, or the signature does not count")
    @APIResponse(responseCode = "404", description = "There is no passkey of this id")
    @APIResponse(responseCode = "409", description = "It is confirmed or revoked already")
    public Uni<Shown> confirm(@PathParam("id") String id, Confirmation confirmation) {
        Approver by = callers.approver();
        return Signature.of(confirmation.assertion(), confirmation.statement())
                .map(signature -> registrations.confirm(id, by, signature.assertion(), signature.statement()))
                .orElseGet(() -> registrations.confirm(id, by))
                .map(Shown::of);
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed({"approver", "admin"})
    @Operation(summary = "End a passkey, and what was approved with it and has not run yet")
    @APIResponse(responseCode = "204", description = "It has ended, now or earlier")
    @APIResponse(responseCode = "404", description = "There is no passkey of this id, or it is not yours")
    public Uni<Void> revoke(@PathParam("id") String id) {
        return registrations.revoke(id, callers.approver()).replaceWithVoid();
    }

    private static String name(@Nullable String text) {
        return Optional.ofNullable(text)
                .filter(name -> !name.isBlank()
                        && name.length() <= LONGEST_NAME
                        && name.codePoints().noneMatch(PasskeyResource::isUnseen))
                .orElseThrow(
                        () -> malformed("'name' has 1 to " + LONGEST_NAME + " characters, none of them invisible."));
    }

    private static boolean isUnseen(int point) {
        return Character.isISOControl(point)
                || Character.getType(point) == Character.FORMAT
                || Character.getType(point) == Character.SURROGATE;
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail + " Nothing was recorded.");
    }
}
