package dev.writ.gateway.console;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Looks at pages as people have them, on a telephone and on a desk, in light and in dark, and notes what keeps somebody from using them. With
 * the system property {@code writ.screenshots} it leaves pictures in that folder.
 */
final class Inspection {

    private static final int NARROW = 390;
    private static final int WIDE = 1440;
    private static final int HEIGHT = 900;
    private static final int OK = 200;
    private static final String FITS = "() => document.documentElement.scrollWidth <= window.innerWidth";
    private static final String UNFOLD =
            "() => document.querySelectorAll('main details').forEach(part => part.open = true)";
    private static final String SETTLED = "() => document.querySelector('.htmx-request') === null";

    private final Page page;
    private final Optional<String> screenshots = Optional.ofNullable(System.getProperty("writ.screenshots"));
    private final List<String> findings = new ArrayList<>();
    private final Set<String> seen = new TreeSet<>();

    Inspection(Page page) {
        this.page = page;
    }

    List<String> findings() {
        return List.copyOf(findings);
    }

    /** Every page that the console has, by its path with its parameters; parts of pages that can be opened by themselves too. */
    static Set<String> routes() {
        return new ClassFileImporter()
                .importPackages(Console.class.getPackageName()).stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(GET.class))
                        .filter(method -> produces(method).equals(Pages.HTML))
                        .map(method -> path(method.getOwner()) + own(method))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String produces(JavaMethod method) {
        return method.tryGetAnnotationOfType(Produces.class)
                .or(() -> method.getOwner().tryGetAnnotationOfType(Produces.class))
                .map(produces -> produces.value()[0])
                .orElse("");
    }

    private static String path(JavaClass type) {
        return type.getAnnotationOfType(Path.class).value();
    }

    private static String own(JavaMethod method) {
        return method.tryGetAnnotationOfType(Path.class)
                .map(path -> "/" + path.value())
                .orElse("");
    }

    /** The routes that nobody has looked at. */
    List<String> missed() {
        return routes().stream()
                .filter(route -> seen.stream().noneMatch(path -> path.matches(route.replaceAll("\\{[^}]+}", "[^/]+"))))
                .toList();
    }

    /** Opens that page and looks at it. */
    void open(String name, String path) {
        open(name, path, OK);
    }

    /** Opens a page that says with that status why there is none, and looks at it. */
    void open(String name, String path, int status) {
        seen.add(path.replaceFirst("[?#].*", ""));
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            Response response = page.navigate(path);
            if (response.status() != status) {
                findings.add(path + " answers with " + response.status());
            }
            look(name, scheme);
        }
    }

    /** Looks at the page that is open: axe at one width for each theme, since rules look at the one or the other. */
    void look(String name, ColorScheme scheme) {
        page.waitForFunction(SETTLED);
        picture(name, scheme);
        page.evaluate(UNFOLD);
        page.waitForFunction(SETTLED);
        if (page.locator("main img").count() > 0) {
            findings.add(name + " has an image, which only what somebody else wrote can have brought");
        }
        for (int width : List.of(WIDE, NARROW)) {
            page.setViewportSize(width, HEIGHT);
            String where = where(name, width, scheme);
            if (!Boolean.TRUE.equals(page.evaluate(FITS))) {
                findings.add(where + " is wider than the window");
            }
            if ((width == WIDE) == (scheme == ColorScheme.LIGHT)) {
                Chromium.barriers(page).forEach(barrier -> findings.add(where + ": " + barrier));
            }
        }
        page.setViewportSize(WIDE, HEIGHT);
    }

    private static String where(String name, int width, ColorScheme scheme) {
        return name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
    }

    private void picture(String name, ColorScheme scheme) {
        screenshots.ifPresent(folder -> {
            for (int width : List.of(NARROW, WIDE)) {
                page.setViewportSize(width, HEIGHT);
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath(java.nio.file.Path.of(folder, where(name, width, scheme) + ".png"))
                        .setFullPage(true));
            }
        });
    }
}
