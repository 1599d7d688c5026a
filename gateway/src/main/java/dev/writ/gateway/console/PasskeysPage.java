package dev.writ.gateway.console;

import dev.writ.gateway.passkey.PasskeyResource;
import dev.writ.gateway.passkey.Registrations;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * The passkeys that approvers sign with. What the browser's authenticator answers comes in a field of a form, as {@code static/passkey.js}
 * puts it there.
 */
@Path(PasskeysPage.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class PasskeysPage {

    static final String PATH = Console.ROOT + "/passkeys";

    private static final int SHOWN = 200;
    private static final JsonLimits ANSWER = new JsonLimits(64 * 1024, 32);

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance passkeys(
                Frame frame,
                List<PasskeyResource.Shown> own,
                List<PasskeyResource.Shown> others,
                boolean configured,
                boolean signs,
                boolean ended,
                Optional<String> next);
    }

    private final Pages pages;
    private final PasskeyResource passkeys;
    private final Registrations registrations;

    PasskeysPage(Pages pages, PasskeyResource passkeys, Registrations registrations) {
        this.pages = pages;
        this.passkeys = passkeys;
        this.registrations = registrations;
    }

    @GET
    @RolesAllowed({"approver", "admin", "reviewer", "auditor"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request,
            @QueryParam("state") @Nullable String state,
            @QueryParam("cursor") @Nullable String cursor) {
        boolean ended = state != null;
        Frame frame = pages.frame(request, Section.PASSKEYS, ended ? "Revoked passkeys" : "Passkeys");
        return passkeys.list(state, cursor, SHOWN).chain(page -> show(frame, page, ended));
    }

    private Uni<RestResponse<String>> show(Frame frame, Page<PasskeyResource.Shown> page, boolean ended) {
        List<PasskeyResource.Shown> own = page.items().stream()
                .filter(passkey -> passkey.owner().equals(frame.visitor()))
                .toList();
        List<PasskeyResource.Shown> others = page.items().stream()
                .filter(passkey -> !passkey.owner().equals(frame.visitor()))
                .toList();
        boolean signs = own.stream().anyMatch(passkey -> passkey.state().equals("live"));
        return pages.show(
                Templates.passkeys(frame, own, others, registrations.areConfigured(), signs, ended, page.next()));
    }

    /** What the browser is to be asked so that it makes a passkey. */
    @POST
    @Path("options")
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed("approver")
    public RestResponse<String> options(Posted form) {
        return json(JsonObject.builder()
                .put("publicKey", passkeys.challenge(null).publicKey())
                .build());
    }

    @POST
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> register(Posted form) {
        return passkeys.register(
                        new PasskeyResource.Registration(form.required("name", "Name"), object(form, "credential")))
                .map(registered -> pages.seeOther(PATH));
    }

    /** What another passkey of theirs is to sign so that this one counts. */
    @POST
    @Path("{id}/options")
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> toSign(@PathParam("id") String id, Posted form) {
        return passkeys.confirmation(id)
                .map(challenge -> json(JsonObject.builder()
                        .put("publicKey", challenge.publicKey())
                        .put("statement", challenge.statement())
                        .build()));
    }

    @POST
    @Path("{id}/sign")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> sign(@PathParam("id") String id, Posted form) {
        return passkeys.confirm(
                        id, new PasskeyResource.Confirmation(object(form, "credential"), object(form, "statement")))
                .map(confirmed -> pages.seeOther(PATH));
    }

    @POST
    @Path("{id}/confirm")
    @RolesAllowed({"admin", "reviewer"})
    public Uni<RestResponse<String>> confirm(@PathParam("id") String id, Posted form) {
        return passkeys.confirm(id, new PasskeyResource.Confirmation(null, null))
                .map(confirmed -> pages.seeOther(PATH));
    }

    @POST
    @Path("{id}/revoke")
    @RolesAllowed({"approver", "admin"})
    public Uni<RestResponse<String>> revoke(@PathParam("id") String id, Posted form) {
        return passkeys.revoke(id).map(revoked -> pages.seeOther(PATH));
    }

    private static RestResponse<String> json(JsonObject answer) {
        return RestResponse.ResponseBuilder.ok(answer.toJson(), MediaType.APPLICATION_JSON)
                .build();
    }

    private static JsonObject object(Posted form, String field) {
        String text = form.text(field)
                .orElseThrow(
                        () -> malformed(
                                "The browser's authenticator was not asked: passkeys need JavaScript, and a browser that knows them."));
        try {
            if (JsonValue.parse(text.getBytes(StandardCharsets.UTF_8), ANSWER) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException unreadable) {
            throw malformed("'" + field + "' is not what a browser answers.");
        }
        throw malformed("'" + field + "' is not what a browser answers.");
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail + " Nothing was recorded.");
    }
}
