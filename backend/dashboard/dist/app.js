import{$ as je,$a as f,Bb as O,Cb as De,Da as Z,F as x,Fb as Oe,H as w,Ha as Pe,L as l,M as be,N as k,P as we,Q as A,Ra as L,S as ke,T as y,U as ye,V as H,Wa as Be,
Xa as ee,Y as E,Ya as ae,Z as ze,_ as J,a as j,b as ce,ba as Ee,c as ge,d as v,da as Ce,e as c,eb as Ae,f as P,fa as Te,fb as re,h as m,ha as q,hb as He,i as ue,
ia as V,ja as D,k as U,ka as Le,la as b,ma as X,n as d,na as C,o as me,oa as Y,p as _,pa as Se,sa as T,ta as Q,tb as qe,u as xe,ua as Me,v as fe,va as z,w as he,
wa as e,x as ve,xa as s,y as B,za as $e,zb as ie}from"./chunk.js";var la="M2 5 4.5 2 7 5v9H2zM9 5l2.5-3L14 5v9H9zM16 5l2.5-3L21 5v9h-5zM0 7.5h23v2H0z",N=({size:a=20})=>e("svg",{class:"mark",width:a,height:a*16/23,viewBox:"0 0 \
23 16","aria-hidden":"true",children:e("path",{d:la})}),te={critical:["M10 1h12l9 9v12l-9 9H10l-9-9V10z","#b3261e"],warning:["M16 2 31 30H1z","#8a5300"],unknown:[
"M16 1 31 16 16 31 1 16z","#6a3da8"],ok:["M16 2a14 14 0 1 1 0 28a14 14 0 1 1 0-28","#1a6b3a"],off:["M3 3h26v26H3z","#57606a"]};function Ne(a,r){let[i,n]=Object.
hasOwn(te,a)?te[a]:te.off,o=r>99?"99":r?String(r):"",t=o.length>1?15:19;return`data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" \
viewBox="0 0 32 32"><path d="${i}" fill="${n}"/><text x="16" y="${a==="warning"?27:22.5}" font-family="sans-serif" font-weight="700" font-size="${t}" text-ancho\
r="middle" fill="#fff">${o}</text></svg>`)}`}function sa(a){return a.status===401?"That user and password do not fit.":a.message}function da(){let[a,r]=v(0);return c(()=>{if(a<=0)return;let i=setTimeout(()=>r(
a-1),1e3);return()=>clearTimeout(i)},[a]),[a,r]}function ne({user:a="",done:r}){let[i,n]=v(a),[o,t]=v(""),[p,h]=v(!1),[ia,se]=v(""),[de,pe]=v(!1),[$,ta]=da(),na=async u=>{
if(u.preventDefault(),!(de||$)){pe(!0);try{await fe(i,o,p),r?.()}catch(oa){let G=oa;t(""),G.status===429?(se(""),ta(G.retryAfterS||1)):se(sa(G))}finally{pe(!1)}}};
return e("form",{class:"login-form",onSubmit:u=>{na(u)},children:[e("label",{class:"field",children:[e("span",{children:"User"}),e("input",{"data-first":!0,name:"\
username",autocomplete:"username",autocapitalize:"none",spellcheck:!1,required:!0,value:i,onInput:u=>n(u.currentTarget.value)})]}),e("label",{class:"field",children:[
e("span",{children:"Password"}),e("input",{name:"password",type:"password",autocomplete:"current-password",required:!0,value:o,onInput:u=>t(u.currentTarget.value)})]}),
e("label",{class:"check",children:[e("input",{type:"checkbox",checked:p,onChange:u=>h(u.currentTarget.checked)}),"Stay logged in for 30 days"]}),e("p",{class:"b\
ad",role:"alert",children:$?`Too many tries. Wait ${$} s.`:ia}),e(f,{type:"submit",kind:"main",why:$>0&&"Too many tries",children:de?"Logging in…":"Log in"})]})}
function Ie(){return Le("Log in"),c(()=>{document.querySelector("[data-first]")?.focus()},[]),e("main",{class:"login",children:e("div",{class:"card",children:[e(
"p",{class:"brand",children:[e(N,{size:28}),"picket"]}),e("h1",{children:"Log in"}),e("p",{class:"muted",children:["to the picket of ",e("b",{children:location.
hostname})]}),e(ne,{})]})})}function Re(){return me.value?e(re,{title:"Your session is over",fixed:!0,onClose:()=>{},children:[e("p",{class:"muted",children:"Lo\
g in, and what you began goes on."}),e(ne,{user:d.value?.guest?"":d.value?.username??""})]}):z.value?e(re,{title:"Log in",onClose:()=>{z.value=!1},children:e(ne,
{done:()=>{z.value=!1}})}):null}var Fe=()=>{T.value=!T.value},We=()=>{Me.value=!0},Ge=()=>{Q.value="preferences"},Ue=()=>{Q.value="keys"},pa=[["problems","Problems","p"],["events","Events","e"],
["entities","Entities","n"],["checks","Checks","c"],["silences","Silences","s"],["config","Config","f"],["journal","Journal","j"]],Ke=4,I=a=>w({ns:l.value.ns,page:a}),
ca=a=>a==="checks"||a==="config"?B(l.value.ns,"list",a==="checks"?"checks":"handlers"):!0;function _e(){let a=J.value,r="Everywhere";return q([{keys:"Ctrl-K",does:"\
Go to anything",group:r,run:Fe},{keys:"?",does:"These keys",group:r,run:Ue},{keys:"Ctrl-,",does:"Preferences",group:r,run:Ge}]),e("header",{class:"top",children:[
e("a",{class:"brand",href:I("problems"),title:d.value?.host,children:[e(N,{}),e("span",{children:"picket"})]}),e(ga,{}),e("button",{type:"button",class:"jump",onClick:Fe,
"aria-keyshortcuts":"Control+K",children:[e(s,{name:"search"}),e("span",{children:"Go to…"}),e("kbd",{"aria-hidden":"true",children:"Ctrl K"})]}),e("nav",{class:"\
counts","aria-label":"Counts",children:[2,1,3].map(i=>e("a",{class:`s-${ae(i)}${x(a,i)?"":" zero"}`,href:w({ns:l.value.ns,page:"problems",query:{q:`status:${ae(
i)}`}}),title:`${ee(i)}, not silenced`,children:[e(s,{name:Be[i]}),e("span",{class:"hidden",children:[ee(i)," "]}),Ae(x(a,i))]}))}),e(ma,{}),e(xa,{})]})}function ga(){
let a=je.value,r=l.value.ns,i=l.value.page==="wall"?"problems":l.value.page;return a.length<2?a[0]&&a[0]!=="default"?e("span",{class:"ns",children:e(L,{text:a[0]})}):
null:e("label",{class:"ns",children:[e("span",{class:"hidden",children:"Namespace"}),e("select",{value:r,onChange:n=>k(w({ns:n.currentTarget.value,page:i})),children:[
e("option",{value:"",children:"all namespaces"}),[...new Set([...a,...r?[r]:[]])].map(n=>e("option",{value:n,children:n}))]})]})}var ua={live:"live",connecting:"\
connecting",offline:"offline",polling:"every 10 s",paused:"paused",off:"off"};function ma(){let a=b.value,r=()=>{a==="offline"?Y():C.value=!C.value};return q([{
keys:"f",does:"Live updates on or off",group:"Everywhere",run:r}]),e("button",{type:"button",class:`live is-${a}`,onClick:r,"aria-pressed":C.value,"aria-keyshor\
tcuts":"f",title:`${a==="paused"?"Nothing is updated. ":""}${Pe(A.value,H.value)}`,children:[e("span",{class:"dot","aria-hidden":"true"}),e("span",{class:"word",
children:ua[a]}),e("time",{children:Z(A.value,H.value,!0)})]})}var g=m(!1),S=m(!1);function xa(){let a=P(null),r=d.value;c(()=>{if(!g.value)return;let o=t=>{a.current?.
contains(t.target)||(g.value=!1)};return addEventListener("pointerdown",o),a.current?.querySelector("[role=menuitem]")?.focus(),()=>removeEventListener("pointer\
down",o)},[g.value]);let i=(o,t,p)=>e("button",{type:"button",role:"menuitem",tabIndex:-1,onClick:()=>{g.value=!1,p()},children:[e(s,{name:o}),t]}),n=y.value.theme===
"dark"||y.value.theme==="auto"&&matchMedia("(prefers-color-scheme: dark)").matches;return e("div",{class:"user",ref:a,onKeyDown:fa,children:[r.guest&&e(f,{kind:"\
main",onClick:()=>{z.value=!0},children:"Log in"}),e("button",{type:"button",class:"button quiet","aria-haspopup":"menu","aria-expanded":g.value,onClick:()=>{g.
value=!g.value},children:[e(s,{name:"user"}),e("span",{class:"who",children:e(L,{text:r.guest?"guest":r.username})}),e(s,{name:"down"})]}),g.value&&e("div",{class:"\
menu",role:"menu","aria-label":"Account",children:[i("theme",n?"Light theme":"Dark theme",()=>ye({theme:n?"light":"dark"})),i("config","Preferences",Ge),i("help",
"Keys",Ue),i("backend","Backend",()=>k(I("backend"))),i("wall","Wall",()=>k(w({ns:l.value.ns,page:"wall"}))),!r.guest&&i("user","Change password",We),!r.guest&&
i("close","Log out",()=>{he()})]})]})}function fa(a){let r=[...a.currentTarget.querySelectorAll("[role=menuitem]")],i=r.indexOf(document.activeElement),n=a.key===
"ArrowDown"?1:a.key==="ArrowUp"?-1:0;n&&r.length&&(a.preventDefault(),a.stopPropagation(),r[(i+n+r.length)%r.length].focus()),a.key==="Escape"&&g.value&&(a.stopPropagation(),
g.value=!1,a.currentTarget.querySelector("[aria-haspopup]")?.focus()),a.key==="Tab"&&(g.value=!1)}function Je(){let a=l.value.page,r=pa.filter(([t])=>ca(t)),i=V.
value?r.slice(0,Ke):r,n=V.value?r.slice(Ke):[];q(r.map(([t,p,h])=>({keys:`g ${h}`,does:p,group:"Go to",run:()=>k(I(t))})).concat([{keys:"g w",does:"Wall",group:"\
Go to",run:()=>k(w({ns:l.value.ns,page:"wall"}))}]));let o=([t,p,h])=>e("a",{href:I(t),"aria-current":a===t?"page":void 0,"aria-keyshortcuts":`g ${h}`,title:p,onClick:()=>{
S.value=!1},children:[e(s,{name:t,size:18}),e("span",{children:p})]});return e("nav",{class:"rail","aria-label":"Pages",children:[i.map(o),n.length>0&&e(j,{children:[
e("button",{type:"button","aria-expanded":S.value,onClick:()=>{S.value=!S.value},children:[e(s,{name:"more",size:18}),e("span",{children:"More"})]}),S.value&&e(
"div",{class:"more",children:n.map(o)})]})]})}var M=m(!1);function Ve(){let a=ze.value,r=d.value;return e("div",{class:"banners",children:[b.value==="offline"&&
e("p",{class:"banner bad",role:"alert",children:[e(s,{name:"failed"}),"No answer since ",Z(X.value||_.value/1e3,H.value,!0),", ",$e(A.value-(X.value||_.value/1e3)),
" ago. This is how it was then. ",e(f,{onClick:Y,children:"Try now"})]}),M.value&&e("p",{class:"banner",role:"status",children:[e(s,{name:"run"}),"picket is new\
er than this page. ",e(f,{kind:"main",onClick:()=>location.reload(),children:"Reload"})]}),a?.store.degraded&&e("p",{class:"banner bad",role:"alert",children:[e(
s,{name:"critical"}),"The store does not take what it is told: ",e(L,{text:a.store.why})]}),r?.default_password&&e("p",{class:"banner",role:"status",children:[e(
s,{name:"warning"}),"This account has the default password, which everybody knows. ",e(f,{onClick:We,children:"Change it"})]}),b.value==="paused"&&e("p",{class:"\
banner",role:"status",children:[e(s,{name:"pause"}),"Live updates are off. ",e(f,{onClick:()=>{C.value=!0},children:"Turn on"})]})]})}function Xe(){return e("di\
v",{class:"toasts",role:"status",children:Ee.value.map(a=>e("p",{class:a.bad?"bad":"",children:[e(s,{name:a.bad?"failed":"ok"}),e(L,{text:a.text}),e("button",{type:"\
button",class:"button quiet icon-only","aria-label":"Close",onClick:()=>Ce(a.id),children:e(s,{name:"close"})})]},a.id))})}var ha=1e4,Ye=m("");function va(){let a=P(
0),r=P(void 0);c(()=>{!E.value.length||r.current||(r.current=setTimeout(()=>{let i=E.value;r.current=void 0,a.current=Date.now(),Ye.value=`${i.length} new criti\
cal: ${i.slice(0,3).map(n=>`${n.entity} ${n.check}`).join(", ")}`,E.value=[]},Math.max(500,a.current+ha-Date.now())))},[E.value])}function Qe(){va();let a=J.value,
r=x(a,2),i=r+x(a,1)+x(a,3),o=b.value==="offline"?"off":r?"critical":x(a,3)?"unknown":x(a,1)?"warning":"ok",t=`${i?`(${i}) `:""}${D.value} · picket`;return c(()=>{
document.title=t},[t]),c(()=>{document.querySelector("link[rel=icon]").href=Ne(o,r)},[o,r]),e("p",{class:"hidden",role:"status","aria-live":"polite",children:Ye.
value})}var R=m(null),oe=()=>{R.value=null,xe().catch(a=>{R.value=a})},Ze=/\/_\/([0-9a-f]+)\//.exec(import.meta.url)?.[1]??"",le=m(null),F=m(null);function W(){F.value=
null,import("./more.js").then(a=>{le.value=a},()=>{F.value=new Error("A part of this page could not be loaded. When picket was upgraded meanwhil\
e, reload the page.")})}function ea(){let{page:a,path:r,ns:i}=l.value,[n,o]=r,t=le.value,p=a==="problems"||a==="events"&&!o;if(p&&B(i,"list","events"))return e(
Oe,{problems:a!=="events"},a);if(p)return e("div",{class:"page",children:[e("h1",{children:a==="events"?"Events":"Problems"}),e(De,{what:"events",ns:i})]});if(F.
value)return e("div",{class:"page",children:e(O,{error:F.value,what:"page",again:W})});if(!t)return e("div",{class:"page",children:e(ie,{})});if(a==="events")return e(
t.EventPage,{},r.join("/"));if(a==="entities")return n?e(t.EntityPage,{},n):e(t.Entities,{});if(a==="checks")return n?e(t.CheckPage,{},n):e(t.Checks,{});let h={
silences:t.Silences,config:t.Config,journal:t.Journal,backend:t.Backend,wall:t.Wall}[a];return e(h,{})}function ba(){let a=le.value;return e(j,{children:[e(Re,{}),
e(qe,{}),e(He,{}),a&&e(j,{children:[e(a.PasswordDialog,{}),e(a.SilenceForm,{}),e(a.SettingsDialogs,{}),T.value&&e(a.PaletteBox,{})]})]})}var K=class extends ce{state={
error:null,at:this.props.at};componentDidCatch(r){this.setState({error:r,at:this.props.at}),console.error(r)}render(){let{error:r,at:i}=this.state;return r&&i===
this.props.at?e("div",{class:"page",children:e(O,{error:r,what:"page",again:()=>this.setState({error:null})})}):this.props.children}};function wa(){let a=`${l.value.
ns}/${l.value.page}/${l.value.path.join("/")}`;return c(()=>{document.querySelector("main")?.scrollTo(0,0)},[a]),e("div",{class:`frame${b.value==="offline"?" is\
-offline":""}`,children:[e("a",{class:"skip",href:"#main",children:"Skip to the page"}),e(_e,{}),e(Je,{}),e("main",{id:"main",tabIndex:-1,children:[e(K,{at:a,children:e(
ea,{})}),e(Ve,{})]}),e("p",{class:"hidden",role:"status","aria-live":"polite",children:D.value})]})}function aa(){U(()=>{document.documentElement.dataset.theme=
y.value.theme,document.documentElement.dataset.density=y.value.density}),U(()=>{let r=d.value?.ui??"";M.value=!!r&&!!Ze&&r!==Ze});let a=l.value.page==="wall";return c(
()=>{a&&M.value&&location.reload()},[a,M.value]),R.value?e("main",{class:"login",children:e(O,{error:R.value,what:"session",again:oe})}):d.value===void 0?e("mai\
n",{class:"login",children:e(ie,{rows:3})}):d.value===null?e(Ie,{}):e("div",{onClick:we,children:[a?e("main",{children:e(K,{at:"wall",children:e(ea,{})})}):e(wa,
{}),e(ba,{}),e(Xe,{}),e(Qe,{})]})}var ka=400,ra=!1;ue(()=>{if(!d.value||ra)return;ra=!0;let a=d.value.namespaces;be(a.includes("default")?"default":a[0]??"default")});ke();Te();ve();Se();ge(e(aa,
{}),document.getElementById("app"));oe();/\/(problems)?$/.test(location.pathname)?setTimeout(W,ka):W();
