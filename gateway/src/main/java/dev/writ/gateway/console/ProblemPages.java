package dev.writ.gateway.console;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.problem.Words;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Problems as people are shown them: a page that says what is wrong and what to do. Whoever is not signed in is asked to. */
@ApplicationScoped
class ProblemPages {

    private static final String HTMX = "HX-Request";

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance problem(Frame frame, int status, String detail, String trace);

        static native TemplateInstance arriving(String path);
    }

    private final Pages pages;

    ProblemPages(Pages pages) {
        this.pages = pages;
    }

    Words.Told told(Problem problem, RoutingContext context) {
        if (problem.type() == ProblemType.UNAUTHENTICATED) {
            return signIn(context);
        }
        TemplateInstance page = Templates.problem(
                pages.frame(context, Section.NONE, problem.type().title()),
                problem.type().status(),
                detail(problem),
                ProblemMapper.traceId());
        return new Words.Told(problem.type().status(), Map.of("Content-Type", Pages.HTML), page.render());
    }

    /** What only speaks of the API's description is said in other words. */
    private static String detail(Problem problem) {
        if (!problem.detail().contains("/openapi")) {
            return problem.detail();
        }
        return switch (problem.type()) {
            case NOT_FOUND -> "There is no such page.";
            case FORBIDDEN -> "Your key does not have the role for this. An administrator makes keys.";
            default -> "The page does not take this. Go back and try again. Nothing was done.";
        };
    }

    private static Words.Told signIn(RoutingContext context) {
        boolean reads = context.request().method().equals(HttpMethod.GET);
        String wanted = reads && context.request().getHeader(HTMX) == null ? here(context) : Console.ROOT;
        String signIn = Console.ROOT + "/sign-in?to=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8);
        if (context.request().getHeader(HTMX) != null) {
            return new Words.Told(401, Map.of("HX-Redirect", signIn, "Content-Type", Pages.HTML), "");
        }
        // The cookie does not come along when somebody follows a link from elsewhere. It does from a page of ours.
        if (reads && "cross-site".equals(context.request().getHeader("Sec-Fetch-Site"))) {
            return new Words.Told(
                    200,
                    Map.of("Content-Type", Pages.HTML),
                    Templates.arriving(here(context)).render());
        }
        return new Words.Told(303, Map.of("Location", signIn, "Content-Type", Pages.HTML), "");
    }

    /** Where the request leads, without what a browser would take for another host. */
    private static String here(RoutingContext context) {
        String query = context.request().query();
        return query == null ? context.normalizedPath() : context.normalizedPath() + "?" + query;
    }
}
