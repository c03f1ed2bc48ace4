"""What the tests of a backend as a process share: a story is a function that returns None, "skip", or what is wrong."""
import os, sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from wire import Report


def stored(backend, entity, check):
    status, event = backend.api("GET", f"/events/{entity}/{check}")
    return event if status == 200 else None


def in_world(make):
    """A story of one argument, run in a world that is made for it and stopped after it."""
    def story(f):
        def run():
            w = make()
            try:
                return f(w)
            finally:
                w.stop()
        run.__name__, run.__doc__ = f.__name__, f.__doc__
        return run
    return story


def run_stories(stories, *given):
    """Those that the command line names, or all, each with what is given. The exit status."""
    report = Report()
    for story in stories:
        if len(sys.argv) > 1 and not any(a in story.__name__ for a in sys.argv[1:]):
            continue
        try:
            problem = story(*given)
        except Exception as e:
            problem = f"{type(e).__name__}: {e}"
        if problem == "skip":
            print(f"skipped, no right to mount: {story.__name__}")
        else:
            report.case(story.__name__, problem)
    return report.end()
